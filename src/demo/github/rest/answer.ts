import { createHash } from 'node:crypto'

/** What a request is answered with. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Thrown by a handler: the request is answered with this problem. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: Answer
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.answer = problem(status, message, headers)
  }
}

export function problem(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const documentation = 'https://docs.github.com/rest'
  return { status, headers, body: { message, documentation_url: documentation, status: String(status) } }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found')
}

/** Adds the entity tag, and turns the answer into a 304 if the asker has it. */
export function conditional(answer: Answer, ifNoneMatch: string | undefined): Answer {
  if (answer.status !== 200) return answer
  const tag = `"${createHash('sha256').update(JSON.stringify(answer.body)).digest('hex')}"`
  const headers = { ...answer.headers, etag: `W/${tag}`, 'cache-control': 'private, max-age=60, s-maxage=60' }
  const known = (ifNoneMatch ?? '').split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag)
  return known ? { status: 304, headers } : { ...answer, headers }
}
