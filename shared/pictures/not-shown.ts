/** Why a file is not shown as a picture: `message` goes on after "picture not shown:". */
export class NotShown extends Error {
  /** Another time it may be shown: it is about the looking, and not about the file. */
  readonly isPassing: boolean

  constructor (message: string, { isPassing = false }: { isPassing?: boolean } = {}) {
    super(message)
    this.name = 'NotShown'
    this.isPassing = isPassing
  }
}
