import { BadInput } from '../domain/errors.ts'
import type { Operations } from '../domain/ports/operations.ts'
import { createCosts } from '../ledger/reports/index.ts'
import { reportFacts } from '../reconciler/serving/costs.ts'
import { createOperations } from '../reconciler/serving/operations.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Logger } from '../domain/ports/logger.ts'
import type { Runtimes } from '../domain/ports/runtime.ts'
import type { Store } from '../domain/ports/store.ts'
import type { JobObservation } from '../domain/jobs/job.ts'
import { createLedger } from '../ledger/index.ts'
import { createBackoffs } from '../reconciler/backoffs.ts'
import { createKnown, type Context, type Wanted } from '../reconciler/context.ts'
import { receive } from '../reconciler/observing/receive.ts'
import { createReconciler, type Intervals, type Reconciler } from '../reconciler/reconciler.ts'
import { openState } from '../reconciler/state.ts'
import type { Random } from './random.ts'
import { seededIds } from './random.ts'
import type { Life } from './time/life.ts'

/** Slipway as it runs: the real reconciler on simulated ports. */
export interface Process {
  readonly life: Life
  readonly context: Context
  readonly reconciler: Reconciler
  readonly operations: Operations
  /** A webhook comes in. Nobody hears of it when it is refused. */
  receive(delivery: string, observation: JobObservation): void
}

export interface ProcessOptions {
  readonly life: Life
  readonly clock: Clock
  readonly random: Random
  readonly store: Store
  readonly owner: string
  readonly wanted: () => Wanted
  readonly runtimes: Runtimes
  readonly intervals: Intervals
  readonly logger: Logger
  readonly onPlan: () => void
}

const day = 86_400_000

/** Starts it from what the store holds. */
export async function startProcess(options: ProcessOptions): Promise<Process> {
  const { life, clock, random, store, wanted, logger } = options
  const context: Context = {
    owner: options.owner,
    store,
    state: await openState(store),
    clock,
    logger,
    runtimes: options.runtimes,
    backoffs: createBackoffs(clock, () => random.next()),
    ledger: createLedger(),
    newId: seededIds(random),
    wanted,
    known: createKnown(),
  }
  const retention = { jobsMs: day, journalMs: day, deliveriesMs: day, ledgerMs: 400 * day }
  const reconciler = createReconciler(context, options.intervals, retention, {
    onPlan: options.onPlan,
    onLoop: () => {},
    onRecovery: () => {},
  })
  reconciler.start()
  const operations = createOperations(context, reconciler, {
    version: '0',
    startedAt: clock.wall(),
    submission: () => {
      throw new BadInput('no source takes jobs over the API')
    },
    doctor: async () => [],
    costs: createCosts({ store: context.store, clock, facts: () => reportFacts(context) }),
  })
  return {
    life,
    context,
    reconciler,
    operations,
    receive(delivery, observation) {
      if (life.dead) return
      receive(context, observation.source, { delivery, jobs: [observation] }).catch((error: unknown) =>
        logger.debug({ err: error, delivery }, 'webhook refused'),
      )
    },
  }
}
