/** With what a process ends that was asked to by a signal, as shells tell it. */
export function codeOf (signal: NodeJS.Signals): number { return signal === 'SIGINT' ? 130 : 143 }

/** Resolves at the first signal to end, by which the process then ends; a second one ends it at once. */
export async function untilSignal (say: (text: string) => void): Promise<void> {
  await new Promise<void>(resolve => {
    let asked = false
    const stop = (signal: NodeJS.Signals): void => {
      const code = codeOf(signal)
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
