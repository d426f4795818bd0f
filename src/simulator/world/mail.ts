import type { Clock } from '../../domain/ports/clock.ts'
import type { Recovery } from '../../domain/ports/source.ts'
import type { Random } from '../random.ts'
import { observationOf, type CiJob } from './ci-job.ts'
import type { JobObservation } from '../../domain/jobs/job.ts'

/** What may happen to a webhook on its way, each with a chance from 0 to 1. */
export interface MailTrouble {
  lost: number
  doubled: number
  late: number
}

export const calmMail: MailTrouble = { lost: 0, doubled: 0, late: 0 }

interface Message {
  readonly id: string
  readonly at: number
  readonly state: Omit<JobObservation, 'began'>
}

/** Webhooks of a source: sent once each, answered or not, and kept so that what was missed can be asked for again. */
export interface Mail {
  readonly trouble: MailTrouble
  tell(job: CiJob): void
  recover(cursor: string | undefined, known: (ids: readonly string[]) => Promise<Set<string>>): Promise<Recovery>
}

/** Hands a message over; what comes of it is the receiver's matter. */
export type Deliver = (id: string, observation: JobObservation) => void

const ordinaryMs = 1500
const lateMs = 90_000

export function createMail(clock: Clock, random: Random, source: string, deliver: Deliver): Mail {
  const sent: Message[] = []
  const trouble = { ...calmMail }

  function send(message: Message, ms: number): void {
    clock.timer(ms, () => deliver(message.id, { ...message.state, began: clock.wall() }))
  }

  return {
    trouble,
    tell(job) {
      const { began: _began, ...state } = observationOf(source, job, 'event', 0)
      const message = { id: `d${sent.length + 1}`, at: clock.monotonic(), state }
      sent.push(message)
      if (random.chance(trouble.lost)) return
      const late = random.chance(trouble.late)
      send(message, random.between(20, late ? lateMs : ordinaryMs))
      if (random.chance(trouble.doubled)) send(message, random.between(20, lateMs))
    },
    async recover(cursor, known) {
      const from = Number(cursor ?? 0)
      const compared = sent.slice(from)
      const stored = await known(compared.map(({ id }) => id))
      const missed = compared.filter(({ id }) => !stored.has(id))
      for (const message of missed) send(message, random.between(20, ordinaryMs))
      // Those of the last minutes may still be under way.
      const young = compared.findIndex(({ at }) => at > clock.monotonic() - 2 * lateMs)
      const next = young < 0 ? sent.length : from + young
      return { cursor: String(next), compared: compared.length, missed: missed.length, redelivered: missed.length }
    },
  }
}
