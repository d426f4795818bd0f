import type { Clock } from '../../../domain/ports/clock.ts'
import { NotFound, Refused, SlipwayError, Transient } from '../../../domain/errors.ts'
import type { Logger } from '../../../domain/ports/logger.ts'
import type { Recovery } from '../../../domain/ports/source.ts'
import { backoffMs } from '../../../kit/backoff.ts'
import type { Accounts } from '../api/accounts.ts'
import type { Caller } from '../api/caller.ts'
import type { Catalog } from '../api/catalog.ts'
import { stateOfEvent } from '../payload/workflow-job.ts'
import type { ScopeTable } from '../scopes.ts'
import { readCursor, writeCursor, type Missing, type RecoveryCursor } from './cursor.ts'
import { readDeliveries, redeliver, succeeded, type Delivery } from './deliveries.ts'

export interface RecoverOptions {
  readonly scopes: ScopeTable
  readonly accounts: Accounts
  readonly catalog: Catalog
  readonly clock: Clock
  readonly logger: Logger
}

type Known = (deliveries: readonly string[]) => Promise<Set<string>>

const MINUTE = 60_000
/** Deliveries are listed out of order and late. */
const OVERLAP_MS = 10 * MINUTE
/** One that something in front of us answered so lately may still be on its way in. */
const GRACE_MS = 10_000
/** GitHub keeps deliveries for three days. */
const REACH_MS = 3 * 24 * 60 * MINUTE
const PAGES_PER_CALL = 10
/** GitHub allows 80 requests a minute that make something. */
const SENT_PER_CALL = 50
const MOST_MISSING = 1000
const MOST_TRIES = 8
/** The wait before the same message is sent again: 5 min, doubling. */
const AGAIN_MS = 5 * MINUTE
const AGAIN_MOST_MS = 6 * 60 * MINUTE

/**
 * Finds messages that never arrived: every delivery since the cursor, whatever GitHub says became of it, is compared
 * with what is stored, by GUID. The missing ones are remembered in the cursor and sent again until they arrive.
 */
export function createRecover(options: RecoverOptions) {
  const { accounts, catalog, clock, logger } = options

  return async function recover(text: string | undefined, known: Known): Promise<Recovery> {
    const ours = await installations(options)
    const cursor = readCursor(text)
    const found = await compare(accounts.app, cursor, clock)
    const wanted = found.deliveries.filter((delivery) => isOurs(delivery, ours, catalog))
    const candidates = settled(wanted, found.now)
    const stored = await known([...candidates.keys(), ...(cursor?.missing ?? []).map((each) => each.guid)])

    const before = (cursor?.missing ?? []).filter((each) => !stored.has(each.guid) && isHopeful(each, options))
    const already = new Set(before.map((each) => each.guid))
    const fresh = [...candidates.values()]
      .filter((delivery) => !stored.has(delivery.guid) && !already.has(delivery.guid))
      .map((delivery) => toMissing(delivery, clock.wall()))

    // Too many to remember: compare the same deliveries again once some of these have arrived.
    const overfull = before.length + fresh.length > MOST_MISSING
    const missing = [...before, ...fresh].slice(0, MOST_MISSING)
    const outcome = await sendAgain(accounts.app, missing, clock, logger)
    const next = overfull && cursor ? cursor : found.next
    return {
      cursor: writeCursor({ ...next, missing: outcome.missing }),
      compared: candidates.size,
      missed: fresh.length,
      redelivered: outcome.sent,
    }
  }
}

/** Numbers of the App's installations on our accounts. One that can't be found must not stop the others' recovery. */
async function installations(options: RecoverOptions): Promise<Set<string>> {
  const looked = await Promise.allSettled(
    options.scopes.all.map(async (scope) => {
      const id = await options.accounts.installation(scope)
      await options.catalog.of(scope)
      return String(id)
    }),
  )
  const found = looked.filter((each) => each.status === 'fulfilled').map((each) => each.value)
  for (const each of looked) {
    if (each.status === 'fulfilled') continue
    if (found.length === 0) throw each.reason
    options.logger.warn({ error: String(each.reason) }, 'messages of an account are not recovered')
  }
  return new Set(found)
}

/** The deliveries since the cursor, newest first, some pages at a time. */
async function compare(app: Caller, cursor: RecoveryCursor | undefined, clock: Clock) {
  const deliveries: Delivery[] = []
  let page = cursor?.resume?.page
  let newest = cursor?.resume?.newest
  let now = clock.wall()
  let since = cursor?.since
  for (let count = 0; count < PAGES_PER_CALL; count += 1) {
    const read = await readDeliveries(app, clock.wall(), page)
    now = read.now
    since ??= now
    newest ??= now
    const from = Math.max(since - OVERLAP_MS, now - REACH_MS)
    const within = read.deliveries.filter((delivery) => delivery.delivered_at >= from)
    deliveries.push(...within)
    page = read.next
    if (page === undefined || within.length < read.deliveries.length) {
      return { deliveries, now, next: { since: Math.max(since, newest) } }
    }
  }
  const resume = page !== undefined && newest !== undefined ? { page, newest } : undefined
  return { deliveries, now, next: { since: since ?? now, resume } }
}

/** Jobs of our accounts; what a repository outside every scope sends is never stored, and so always lacks. */
function isOurs(delivery: Delivery, ours: ReadonlySet<string>, catalog: Catalog): boolean {
  if (delivery.event !== 'workflow_job' || stateOfEvent(delivery.action ?? '') === undefined) return false
  if (!delivery.installation_id || !ours.has(delivery.installation_id)) return false
  return !delivery.repository_id || catalog.admits(delivery.repository_id) !== false
}

/** One delivery for each message, without those that may still be on their way. */
function settled(deliveries: readonly Delivery[], now: number): Map<string, Delivery> {
  const lately = deliveries.filter((each) => each.delivered_at > now - GRACE_MS && succeeded(each))
  const onTheirWay = new Set(lately.map((each) => each.guid))
  const messages = new Map<string, Delivery>()
  for (const delivery of deliveries) if (!onTheirWay.has(delivery.guid)) messages.set(delivery.guid, delivery)
  return messages
}

function isHopeful(missing: Missing, options: RecoverOptions): boolean {
  // It did arrive, and turned out to be of a repository outside every scope.
  if (missing.repository !== undefined && options.catalog.admits(missing.repository) === false) return false
  // Not before the last try is out of the overlap, or it would be found anew.
  if (missing.tries < MOST_TRIES || !isDue(missing, options.clock)) return true
  options.logger.warn({ delivery: missing.guid, tries: missing.tries }, 'message given up: it never arrives')
  return false
}

function toMissing(delivery: Delivery, at: number): Missing {
  return { guid: delivery.guid, id: delivery.id, repository: delivery.repository_id ?? undefined, tries: 0, at }
}

/** Never throws: what was sent is in the cursor, so that it is not sent again at once. */
async function sendAgain(app: Caller, missing: readonly Missing[], clock: Clock, logger: Logger) {
  const kept: Missing[] = []
  let sent = 0
  let stopped = false
  for (const each of missing) {
    if (!isDue(each, clock) || stopped || sent >= SENT_PER_CALL) {
      kept.push(each)
      continue
    }
    try {
      await redeliver(app, each.id)
      sent += 1
      kept.push(tried(each, clock))
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error
      logger.warn({ delivery: each.guid, error: error.message }, 'message not sent again')
      if (error instanceof NotFound || error instanceof Refused) continue
      stopped = true
      // Without an answer it may have been sent.
      kept.push(error instanceof Transient ? tried(each, clock) : each)
    }
  }
  return { missing: kept, sent }
}

function isDue(missing: Missing, clock: Clock): boolean {
  return missing.tries === 0 || clock.wall() >= missing.at + backoffMs(missing.tries, AGAIN_MS, AGAIN_MOST_MS)
}

function tried(missing: Missing, clock: Clock): Missing {
  return { ...missing, tries: missing.tries + 1, at: clock.wall() }
}
