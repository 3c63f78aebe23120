/** True when `work` ended in time. It is never left unhandled. */
export async function withLimit (work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<false>(resolve => { timer = setTimeout(() => resolve(false), limitMs) })
  const done = work.then(() => true, () => true) // failing to say goodbye is an end, too
  const inTime = await Promise.race([done, limit])
  clearTimeout(timer)
  return inTime
}
