import type { Names } from '../../cloud/names.ts'
import type { Work } from '../../cloud/records.ts'
import type { Works } from '../../cloud/vms/works.ts'
import { Refusal, type Answer } from '../answer.ts'
import type { Operation } from '../operation.ts'

/** Tells askers of work that goes on, and where to ask again. */
export interface Progress {
  /** The answer to what began the work. */
  accepted(work: Work, status: 201 | 202, body?: object): Answer
  readonly operations: readonly Operation[]
}

export interface ProgressDependencies {
  readonly names: Names
  readonly works: Works
  readonly location: string
  readonly pollSeconds: number
  readonly url: () => string
}

const action = 'Microsoft.Compute/locations/operations/read'
const base = '/subscriptions/:subscription/providers/Microsoft.Compute/locations/:location/operations/:operation'

export function createProgress({ names, works, location, pollSeconds, url }: ProgressDependencies): Progress {
  const again = { 'retry-after': String(pollSeconds) }

  function link(work: Work, query: string): string {
    const path = `${names.subscription}/providers/Microsoft.Compute/locations/${location}/operations/${work.id}`
    return `${url()}${path}?p=4f1e&${query}api-version=2026-04-01`
  }

  function workOf(id: string | undefined): Work {
    const work = works.find(id ?? '')
    if (!work) throw new Refusal(404, 'NotFound', `The entity ${id} was not found.`)
    return work
  }

  return {
    accepted(work, status, body) {
      const headers = {
        ...again,
        'azure-asyncoperation': link(work, ''),
        'azure-asyncnotification': 'Enabled',
        // Creating answers with the resource itself, so that it has no place of its own for the result.
        ...(status === 202 && { location: link(work, 'monitor=true&') }),
      }
      return { status, headers, ...(body && { body }) }
    },
    operations: [
      {
        id: 'Operations_Get',
        method: 'GET',
        path: base,
        action,
        // Its path is the subscription's; a right on the group of what is worked on is enough.
        scope: ({ params }) =>
          works.find(params['operation'] ?? '')?.target.split('/providers/')[0] ?? names.subscription,
        handle(call) {
          const work = workOf(call.params['operation'])
          if (call.query['monitor'] === 'true') return monitored(work, again, call.url)
          const headers = work.status === 'InProgress' ? again : {}
          return { status: 200, headers, body: workShape(work) }
        },
      },
    ],
  }
}

function workShape({ id, status, startedAt, endedAt, error }: Work): object {
  return {
    startTime: new Date(startedAt).toISOString(),
    ...(endedAt !== undefined && { endTime: new Date(endedAt).toISOString() }),
    status,
    ...(error && { error }),
    name: id,
  }
}

/** The older way: ask the place of the result until it is there. */
function monitored(work: Work, again: Readonly<Record<string, string>>, url: string): Answer {
  if (work.status === 'InProgress') return { status: 202, headers: { ...again, location: url } }
  if (work.error) throw new Refusal(409, work.error.code, work.error.message)
  return { status: 200 }
}
