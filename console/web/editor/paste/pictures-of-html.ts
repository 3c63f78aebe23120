/** A picture that came along with a text, before it is one of the draft's files. */
export interface PastedPicture {
  /** What the Markdown names until then. */
  placeholder: string
  blob: Blob
}

export interface TakenPictures {
  pictures: PastedPicture[]
  /** How many stayed behind: they lay in another program, or in a folder that a page may not read. */
  lost: number
}

/** Decides what becomes of the pictures of a page: taken along, left as a link to where they are, or gone. */
export function takePictures (body: HTMLElement): TakenPictures {
  const taken: TakenPictures = { pictures: [], lost: 0 }
  const leave = (image: HTMLImageElement): void => {
    taken.lost++
    image.remove()
  }
  for (const image of body.querySelectorAll('img')) {
    const source = image.getAttribute('src') ?? ''
    if (isPixel(image)) image.remove()
    else if (/^https?:/i.test(source)) nameCaption(image)
    else if (/^data:image\/[a-z+.-]+;base64,/i.test(source)) {
      const blob = blobOf(source)
      // No other paste may have named one so, also one that is still on its way.
      const placeholder = `pasted-${crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36)}-${taken.pictures.length + 1}`
      if (blob) taken.pictures.push({ placeholder, blob })
      else leave(image)
      image.setAttribute('src', placeholder)
      nameCaption(image)
    } else leave(image)
  }
  return taken
}

/** A picture that nobody sees is there to tell its sender who reads. */
function isPixel (image: HTMLImageElement): boolean {
  const [width, height] = [image.getAttribute('width'), image.getAttribute('height')].map(size => size === null ? Infinity : parseInt(size, 10))
  return width! <= 2 || height! <= 2
}

function nameCaption (image: HTMLImageElement): void {
  const figure = image.closest('figure')
  const caption = figure?.querySelector('figcaption')
  image.removeAttribute('title')
  if (!caption) return
  image.title = caption.textContent!.replace(/\s+/g, ' ').trim()
  caption.remove()
}

/** Null when it is no base64. */
function blobOf (dataUrl: string): Blob | null {
  const [head = '', data = ''] = dataUrl.split(',', 2)
  try {
    const bytes = Uint8Array.from(atob(decodeURIComponent(data).replace(/\s/g, '')), char => char.charCodeAt(0))
    return new Blob([bytes], { type: head.slice('data:'.length).split(';')[0] })
  } catch {
    return null
  }
}
