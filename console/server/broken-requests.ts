import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../../shared/errors.ts'
import { problemOf } from './errors.ts'

/** Answers what is no request, and so reaches no route, as every other failure is answered; then there is no more to be had from that connection. */
export function answerBroken (error: NodeJS.ErrnoException, socket: Socket): void {
  // As Node asks itself: into the middle of an answer that is being sent, nothing else is to be written.
  const { _httpMessage: answering } = socket as Socket & { _httpMessage?: ServerResponse | null }
  if (error.code !== 'ECONNRESET' && socket.writable && !answering?.headersSent) {
    const failure = failureOf(error.code)
    const body = JSON.stringify(problemOf(failure))
    socket.write(`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
  }
  socket.destroy(error)
}

function failureOf (code: string | undefined): AppError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('TIMED_OUT', 'The request did not come.')
  if (code === 'HPE_HEADER_OVERFLOW') return new AppError('TOO_LARGE', 'The address and the headers of the request are larger than what is taken here.')
  return new AppError('BAD_REQUEST', 'This is no request of HTTP.')
}
