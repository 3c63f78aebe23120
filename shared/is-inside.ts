import { isAbsolute, relative, resolve, sep } from 'node:path'

/** True for a path in a folder, and for the folder itself. By its text: links are not followed. */
export function isInside (folder: string, path: string): boolean {
  const place = relative(resolve(folder), resolve(path))
  return place !== '..' && !place.startsWith(`..${sep}`) && !isAbsolute(place)
}
