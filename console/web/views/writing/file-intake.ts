import { freeName, resizePicture, UnreadablePicture } from '../../editor/pictures/resize-picture.ts'
import type { PastedPicture } from '../../editor/paste/pictures-of-html.ts'
import { pictureText } from '../../editor/pictures/picture-text.ts'
import type { TextEditor } from '../../editor/text-editor.ts'
import type { Phrases } from '../../messages/catalogue.ts'
import { DRAFT_FILE_BYTES } from '../../../../shared/api/drafts.ts'
import type { DraftDesk } from './draft-desk.ts'

/** Takes files into a draft: pictures are made ready for readers, everything else goes along as it is. */
export class FileIntake {
  #desk: DraftDesk
  #editor: TextEditor
  #phrases: Phrases

  constructor (desk: DraftDesk, editor: TextEditor, phrases: Phrases) {
    this.#desk = desk
    this.#editor = editor
    this.#phrases = phrases
  }

  /**
   * Puts files into the draft and, where they were given, into the text.
   *
   * @returns the target of the first picture, to be described; null when there is none
   * @throws what stands against the first file that could not be taken; the others were
   */
  async take (files: File[], at: number): Promise<string | null> {
    const place = this.#editor.keepPlace(at)
    let first: string | null = null
    let failure: Error | null = null
    for (const file of files) {
      try {
        const target = await this.#takeFile(file, place.position)
        if (file.type.startsWith('image/')) first ??= target
      } catch (error) {
        failure ??= error as Error
      }
    }
    place.release()
    if (failure) throw failure
    return first
  }

  /**
   * Pictures that came inside of a pasted text take the places that it names.
   *
   * @throws what stands against the first that could not be taken; the others were
   */
  async takePasted (pictures: PastedPicture[]): Promise<void> {
    let failure: Error | null = null
    for (const { placeholder, blob } of pictures) {
      try {
        const name = await this.#putPicture(new File([blob], this.#phrases.writing.pictureName, { type: blob.type }))
        this.#editor.settlePicture(placeholder, `files/${name}`)
      } catch (error) {
        this.#editor.settlePicture(placeholder, '')
        failure ??= error as Error
      }
    }
    if (failure) throw failure
  }

  /** Puts another picture in the place of one. */
  async replace (target: string, file: File): Promise<string> {
    const name = await this.#putPicture(file)
    this.#editor.changePicture(target, { target: `files/${name}` })
    return `files/${name}`
  }

  async #takeFile (file: File, at: number): Promise<string> {
    if (!file.type.startsWith('image/')) return await this.#takeAttachment(file, at)
    const target = `files/${await this.#putPicture(file)}`
    this.#editor.insert(pictureText({ alt: '', target, caption: '' }), at)
    return target
  }

  async #takeAttachment (file: File, at: number): Promise<string> {
    if (file.size > DRAFT_FILE_BYTES) throw new Error(this.#phrases.writing.fileTooLarge(file.name))
    const name = freeName(file.name, /\.([^.]+)$/.exec(file.name)?.[1] ?? 'bin', this.#desk.fileNames)
    await this.#desk.putFile(name, file)
    this.#editor.insert(`[${file.name.replace(/[\\[\]]/g, '\\$&')}](files/${name})`, at)
    return `files/${name}`
  }

  async #putPicture (file: File): Promise<string> {
    try {
      const { blob, ending } = await resizePicture(file)
      const name = freeName(file.name, ending, this.#desk.fileNames)
      await this.#desk.putFile(name, blob)
      return name
    } catch (error) {
      throw error instanceof UnreadablePicture ? new Error(this.#phrases.writing.pictureUnreadable(file.name), { cause: error }) : error
    }
  }
}
