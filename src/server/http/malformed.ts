import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorBody } from '../errors.ts'

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
}

/** What is no HTTP, or comes too slowly, never becomes a request: it is answered on the bare socket. */
export function answerNoRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = STATUS_BY_CODE[error.code ?? ''] ?? 400
  const phrase = STATUS_CODES[status] ?? ''
  const body = JSON.stringify(errorBody('bad_request', phrase))
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** A path that can't be decoded, or a key far longer than any of ours: no route sees it. */
export function answerBadPath(
  error: Error & { readonly statusCode?: number },
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const body = JSON.stringify(errorBody('bad_request', 'the path can not be understood'))
  reply
    .code(error.statusCode ?? 400)
    .header('content-type', 'application/json; charset=utf-8')
    .send(body)
}
