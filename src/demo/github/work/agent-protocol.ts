import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Faults } from '../rest/faults.ts'
import type { Runner } from '../records.ts'
import type { Timers } from '../timers.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Presence } from './presence.ts'
import type { Runners } from './runners.ts'

/**
 * What agents say. They have nothing but a shell and wget, so that questions are
 * `POST /_agent/VERB?runner=ID&job=ID` with the runner's secret as the body, and answers are lines of text:
 *
 * - `acquire` → `job ID` and the script below it, `none` (ask again) or `gone`; held open while there is no job
 * - `start` → `ok`, or `gone` if the job was taken away before it began
 * - `hold` → `none` (ask again), `cancel` or `gone`; held open while the job runs, so that a vanished agent shows
 * - `result`, with `exit=CODE` → `ok` or `gone`
 */
export interface AgentProtocolDependencies {
  readonly dispatcher: Dispatcher
  readonly runners: Runners
  readonly presence: Presence
  readonly faults: Faults
  readonly timers: Timers
}

type Verb = (runner: Runner, question: Question) => string | Promise<string>

interface Question {
  readonly job: number
  readonly exit: number
  readonly aborted: AbortSignal
}

export function mountAgentProtocol(server: FastifyInstance, dependencies: AgentProtocolDependencies): void {
  const { dispatcher, runners, presence, faults, timers } = dependencies

  const verbs: Record<string, Verb> = {
    async acquire(runner, { aborted }) {
      const job = await dispatcher.acquire(runner, aborted)
      return typeof job === 'string' ? job : `job ${job.id}\n${job.script}`
    },
    start: (runner, { job }) => (dispatcher.start(runner, job) ? 'ok' : 'gone'),
    hold: (runner, { job, aborted }) => dispatcher.hold(runner, job, aborted),
    result: (runner, { job, exit }) => (dispatcher.finish(runner, job, exit) ? 'ok' : 'gone'),
  }

  async function answer(name: string, verb: Verb, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const query = request.query as Record<string, string | undefined>
    const runner = runners.authenticate(
      Number(query.runner),
      typeof request.body === 'string' ? request.body.trim() : '',
    )
    if (!runner) return reply.code(403).send('unknown runner\n')
    const fault = faults.take(`agent/${name}`)
    if (fault) await timers.pause(fault.delayMs ?? 0)
    if (fault?.status) return reply.code(fault.status).send('injected\n')
    const aborted = whenClosed(reply, () => presence.closed(runner))
    presence.opened(runner)
    const words = await verb(runner, { job: Number(query.job), exit: Number(query.exit), aborted })
    if (fault?.lose) {
      request.raw.socket.destroy()
      return reply
    }
    return reply.type('text/plain').send(`${words}\n`)
  }

  for (const [name, verb] of Object.entries(verbs)) {
    server.post(`/_agent/${name}`, (request, reply) => answer(name, verb, request, reply))
  }
}

/** Aborted when the connection ends before the answer went out; `onClose` runs in both cases. */
function whenClosed(reply: FastifyReply, onClose: () => void): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    onClose()
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
