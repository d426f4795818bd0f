/** What a request is answered with. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Why something failed, as Azure says it. */
export interface Failure {
  readonly code: string
  readonly message: string
}

/** Thrown by a handler: the request is answered with this error. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: Answer
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.answer = problem(status, { code, message }, headers)
  }
}

export function problem(
  status: number,
  { code, message }: Failure,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { 'x-ms-failure-cause': 'gateway', ...headers }, body: { error: { code, message } } }
}

export function notFound(type: string, name: string, resourceGroup: string): Refusal {
  const message = `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found.`
  return new Refusal(404, 'ResourceNotFound', message)
}

export function badParameter(message: string): Refusal {
  return new Refusal(400, 'InvalidParameter', message)
}
