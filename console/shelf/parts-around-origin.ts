import { randomUUID } from 'node:crypto'

/**
 * A text that names addresses of the host that a visitor has asked, made once for all hosts.
 *
 * @param make with the origin that stands for the visitor's
 * @returns what stands between the places where the origin belongs
 */
export async function partsAroundOrigin (make: (origin: string) => Promise<string>): Promise<Buffer[]> {
  // Nobody can write it into an issue: it is another one each time.
  const place = `http://${randomUUID()}.invalid`
  return (await make(place)).split(place).map(part => Buffer.from(part))
}
