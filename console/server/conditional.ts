/** Whether an If-None-Match header names the tag. */
export function isAmong (etag: string, header: string | undefined): boolean {
  return header !== undefined && header.split(',').some(candidate => ['*', etag, `W/${etag}`].includes(candidate.trim()))
}

/** Whether nothing has changed since the time of an If-Modified-Since header, which knows whole seconds. */
export function isSince (modifiedMs: number, header: string | undefined): boolean {
  return header !== undefined && Math.floor(modifiedMs / 1000) * 1000 <= Date.parse(header)
}
