import type { Clock } from '../../../domain/ports/clock.ts'
import type { Announcer } from '../happenings.ts'
import type { Timers } from '../timers.ts'
import { messageHeaders, type Message, type SigningApp } from './message.ts'
import { createAgents, post } from './post.ts'

/** What became of one attempt, in the words and codes that GitHub shows. */
export interface Outcome {
  readonly status: string
  readonly statusCode: number
  readonly durationMs: number
}

/** Carries a message to the receiver and back an answer. */
export interface Courier {
  carry(message: Message, url: string | undefined): Promise<Outcome>
  close(): void
}

export const unreachable = { status: 'failed to connect to host', statusCode: 502 }
export const timedOut = { status: 'timed out', statusCode: 504 }

/** GitHub gives up on a receiver after this long. */
const ANSWER_DEADLINE_MS = 10_000

export function createCourier(
  { clock, timers, announcer }: { readonly clock: Clock; readonly timers: Timers; readonly announcer: Announcer },
  app: SigningApp,
): Courier {
  const agents = createAgents()

  async function statusOf(message: Message, url: string): Promise<number> {
    const body = Buffer.from(JSON.stringify(message.payload))
    const { guid, event, action, job } = message
    const headers = messageHeaders(message, body, app)
    const onSent = (): void => announcer.announce('webhook-sent', { guid, event, action: action ?? '', job })
    const { answered, cut } = post({ url, body, headers, agents, onSent })
    const stopWaiting = timers.after(ANSWER_DEADLINE_MS, cut)
    return answered.finally(stopWaiting)
  }

  return {
    async carry(message, url) {
      const began = clock.monotonic()
      const code = url === undefined ? 0 : await statusOf(message, url)
      const durationMs = clock.monotonic() - began
      if (code === 0) return { ...(durationMs >= ANSWER_DEADLINE_MS ? timedOut : unreachable), durationMs }
      return { status: code < 300 ? 'OK' : `Invalid HTTP Response: ${code}`, statusCode: code, durationMs }
    },
    close: () => agents.destroy(),
  }
}
