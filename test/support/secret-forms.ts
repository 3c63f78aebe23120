import z32 from 'z32'

/** Spellings take bytes in groups; a secret may begin anywhere in one. */
const GROUP = 5

/** A secret in every form in which it could lie somewhere: its bytes, and how programs write bytes down. */
export class SecretForms {
  readonly name: string
  #forms: { spelling: string, bytes: Buffer }[]

  /** @param secret bytes, or a text that is kept as it is */
  constructor (name: string, secret: Uint8Array | string) {
    this.name = name
    const bytes = Buffer.from(secret as Uint8Array)
    const parts = Array.from({ length: GROUP }, (_, skipped) => bytes.subarray(skipped, bytes.length - (bytes.length - skipped) % 15))
    this.#forms = [
      { spelling: 'as it is', bytes },
      { spelling: 'hex', bytes: Buffer.from(bytes.toString('hex')) },
      { spelling: 'HEX', bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
      ...parts.flatMap(part => [
        { spelling: 'base64', bytes: Buffer.from(part.toString('base64')) },
        { spelling: 'base64url', bytes: Buffer.from(part.toString('base64url')) },
        { spelling: 'z-base-32', bytes: Buffer.from(z32.encode(part)) }
      ])
    ]
  }

  /** In which form it stands there; null: in none. */
  formIn (content: Buffer): string | null {
    return this.#forms.find(({ bytes }) => content.includes(bytes))?.spelling ?? null
  }
}
