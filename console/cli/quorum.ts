import { AppError } from '../../shared/errors.ts'

/** `2/3`: three sets of words, any two of which act together. @throws AppError BAD_REQUEST */
export function readQuorum (text: string): { threshold: number, sets: number } {
  const [, threshold = 0, sets = 0] = (/^(\d{1,2})\/(\d{1,2})$/.exec(text) ?? []).map(Number)
  if (threshold < 1 || threshold > sets || sets > 32) throw new AppError('BAD_REQUEST', `${text} is not a quorum. Write it like 2/3: of 3 sets of words, 2 act together.`)
  return { threshold, sets }
}
