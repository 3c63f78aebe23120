/** Resolves at the first signal to end, by which the process then ends; a second one ends it at once. */
export async function untilSignal (say: (text: string) => void): Promise<void> {
  await new Promise<void>(resolve => {
    let asked = false
    const stop = (signal: NodeJS.Signals): void => {
      const code = signal === 'SIGINT' ? 130 : 143
      if (asked) process.exit(code)
      process.exitCode = code
      asked = true
      say('')
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
