import { z } from 'zod'
import { understand } from '../api/fields.ts'
import { neededEvents } from '../permissions.ts'
import type { ExamineOptions, Remark } from './remark.ts'

const appSchema = z.object({
  name: z.string().nullish(),
  slug: z.string().nullish(),
  events: z.array(z.string()).nullish(),
})

/** GitHub refuses the App's tokens from about a minute on. */
const SKEW_ERROR_MS = 60_000
const SKEW_WARNING_MS = 10_000

/** Do the credentials work, does the clock agree, is the App told of jobs. */
export async function examineApp(options: ExamineOptions): Promise<readonly Remark[]> {
  const what = 'read the App'
  const answer = await options.accounts.app.call({ route: 'GET /app', what, purpose: 'work' })
  const app = understand(appSchema, answer.data, what)
  const name = app.name ?? app.slug ?? 'the App'
  return [
    { level: 'ok', finding: `authenticated as ${name}` },
    skew(Date.parse(String(answer.headers['date'])) - options.clock.wall()),
    ...events(name, app.events ?? []),
  ]
}

function skew(ms: number): Remark {
  if (Number.isNaN(ms)) return { level: 'ok', finding: 'GitHub did not tell its time' }
  const seconds = Math.round(Math.abs(ms) / 1000)
  const finding = `this machine's clock is ${seconds} s ${ms > 0 ? 'behind' : 'ahead of'} GitHub's`
  if (Math.abs(ms) < SKEW_WARNING_MS) return { level: 'ok', finding: "this machine's clock agrees with GitHub's" }
  const level = Math.abs(ms) < SKEW_ERROR_MS ? 'warning' : 'error'
  return { level, finding, mend: 'Set the clock, and keep it right with NTP' }
}

function events(name: string, subscribed: readonly string[]): Remark[] {
  const missing = neededEvents.filter((event) => !subscribed.includes(event))
  return missing.map((event) => ({
    level: 'error',
    finding: `${name} is not subscribed to the event ${event}`,
    mend: `Tick "Workflow jobs" under Permissions & events in the App's settings`,
  }))
}
