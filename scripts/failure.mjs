/** A failure whose message says all; its stack would only be in the way. */
export class Failure extends Error {
  forPeople = true
}

/** Talk goes to stderr: stdout belongs to the program that runs next. */
export function say (text) {
  process.stderr.write(`${text}\n`)
}
