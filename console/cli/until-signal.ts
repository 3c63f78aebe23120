/** Resolves at the first signal to end; a second one ends the process at once. */
export async function untilSignal (say: (text: string) => void): Promise<void> {
  await new Promise<void>(resolve => {
    let asked = false
    const stop = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(signal === 'SIGINT' ? 130 : 143)
      asked = true
      say('')
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
