/** Does something with each of many, in their order, some at once: for what mostly waits. */
export async function aFewAtOnce<T> (many: T[], most: number, work: (one: T) => Promise<void>): Promise<void> {
  const left = many.values()
  const workOff = async (): Promise<void> => { for (const one of left) await work(one) }
  await Promise.all(Array.from({ length: most }, workOff))
}
