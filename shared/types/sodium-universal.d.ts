/** The members of sodium-universal 5 that the format uses. */
declare module 'sodium-universal' {
  const sodium: {
    crypto_generichash_STATEBYTES: number
    crypto_generichash (output: Uint8Array, input: Uint8Array, key?: Uint8Array): void
    crypto_generichash_batch (output: Uint8Array, inputs: Uint8Array[], key?: Uint8Array): void
    crypto_generichash_init (state: Uint8Array, key: Uint8Array | null, outputLength: number): void
    crypto_generichash_update (state: Uint8Array, input: Uint8Array): void
    crypto_generichash_final (state: Uint8Array, output: Uint8Array): void
    crypto_sign_keypair (publicKey: Uint8Array, secretKey: Uint8Array): void
    crypto_sign_seed_keypair (publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
    crypto_sign_detached (signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
    crypto_sign_verify_detached (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
    crypto_pwhash_SALTBYTES: number
    crypto_pwhash_MEMLIMIT_MIN: number
    crypto_pwhash_ALG_ARGON2ID13: number
    crypto_pwhash_async (output: Uint8Array, password: Uint8Array, salt: Uint8Array, opsLimit: number, memLimit: number, algorithm: number): Promise<void>
    crypto_secretbox_KEYBYTES: number
    crypto_secretbox_NONCEBYTES: number
    crypto_secretbox_MACBYTES: number
    crypto_secretbox_easy (box: Uint8Array, message: Uint8Array, nonce: Uint8Array, key: Uint8Array): void
    crypto_secretbox_open_easy (message: Uint8Array, box: Uint8Array, nonce: Uint8Array, key: Uint8Array): boolean
    crypto_secretstream_xchacha20poly1305_STATEBYTES: number
    crypto_secretstream_xchacha20poly1305_ABYTES: number
    crypto_secretstream_xchacha20poly1305_HEADERBYTES: number
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE: number
    crypto_secretstream_xchacha20poly1305_TAG_FINAL: number
    crypto_secretstream_xchacha20poly1305_init_push (state: Uint8Array, header: Uint8Array, key: Uint8Array): void
    crypto_secretstream_xchacha20poly1305_push (state: Uint8Array, box: Uint8Array, message: Uint8Array, data: Uint8Array, tag: number): number
    crypto_secretstream_xchacha20poly1305_init_pull (state: Uint8Array, header: Uint8Array, key: Uint8Array): void
    /** Throws when the box does not hold. */
    crypto_secretstream_xchacha20poly1305_pull (state: Uint8Array, message: Uint8Array, tag: Uint8Array, box: Uint8Array, data: Uint8Array): number
    crypto_box_PUBLICKEYBYTES: number
    crypto_box_SECRETKEYBYTES: number
    crypto_box_SEALBYTES: number
    crypto_box_seed_keypair (publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
    crypto_box_seal (box: Uint8Array, message: Uint8Array, publicKey: Uint8Array): void
    crypto_box_seal_open (message: Uint8Array, box: Uint8Array, publicKey: Uint8Array, secretKey: Uint8Array): boolean
    randombytes_buf (output: Uint8Array): void
  }
  export default sodium
}

declare module 'z32' {
  const z32: { encode (bytes: Uint8Array): string, decode (text: string): Buffer }
  export default z32
}
