import type { Random } from '../random.ts'
import type { Failure } from '../ports/trouble.ts'
import type { JobFacts } from '../world/ci-job.ts'
import type { Happening, Moment, Setup } from './history.ts'

export interface Amount {
  readonly jobs: number
  readonly faults: number
  /** Everything happens within this time. */
  readonly ms: number
}

/** Demand and faults, in any order. */
export function makeMoments(random: Random, setup: Setup, amount: Amount): Moment[] {
  const when = (): number => random.whole(0, amount.ms)
  const kinds = faultKinds(random.fork('kinds'), setup)
  const work = random.fork('jobs')
  const demand = makeDemand(work, setup, amount)
  const wishes = Array.from({ length: Math.ceil(amount.jobs / 6) }, () => ({
    at: when(),
    what: makeWish(random, amount),
  }))
  const faults = Array.from({ length: amount.faults }, () => ({ at: when(), what: random.pick(kinds)(random) }))
  return [...demand, ...wishes, ...faults].sort((a, b) => a.at - b.at)
}

/** Bursts of a workflow's jobs, and single ones. */
function makeDemand(random: Random, setup: Setup, { jobs, ms }: Amount): Moment[] {
  const moments: Moment[] = []
  while (moments.length < jobs) {
    const burst = random.chance(0.3) ? random.whole(2, 12) : 1
    const at = random.whole(0, ms)
    const like = makeJob(random, setup)
    for (let i = 0; i < burst && moments.length < jobs; i++) {
      const job = { ...like, durationMs: Math.round(like.durationMs * random.between(0.7, 1.4)) }
      moments.push({ at: at + i * random.whole(0, 200), what: { do: 'submit', job, waiting: random.chance(0.05) } })
    }
  }
  return moments
}

function makeJob(random: Random, setup: Setup): JobFacts {
  const scope = random.pick([...setup.scopes.keys()] as [string, ...string[]])
  const width = setup.scopes.get(scope)?.repositories
  const repositories = width === undefined || width === 'all' ? ['acme/a'] : width
  const pool = random.pick(setup.pools as [Setup['pools'][number], ...Setup['pools']])
  const name = random.pick(['build', 'test', 'lint'] as const)
  const usual = { build: 90_000, test: 40_000, lint: 8000 }[name]
  return {
    scope,
    repository: random.pick(repositories as [string, ...string[]]),
    workflow: 'ci',
    name,
    labels: random.chance(0.03) ? ['nobody-has-this'] : pool.labels,
    origin: random.chance(0.05) ? 'fork' : 'trusted',
    durationMs: random.chance(0.05) ? 600_000 : Math.round(1000 + random.exponential(usual)),
    outcome: random.chance(0.1) ? 'failure' : 'success',
  }
}

/** What people and others do besides. */
function makeWish(random: Random, { jobs }: Amount): Happening {
  const which = random.whole(0, jobs)
  const wish = random.pick(['approve', 'approve', 'cancel', 'steal'] as const)
  return wish === 'steal' ? { do: wish, which, ms: random.whole(1000, 120_000) } : { do: wish, which }
}

type Make = (random: Random) => Happening

/** Each history has a few kinds of fault, each as likely: all at once would hide what two of them do together. */
function faultKinds(random: Random, setup: Setup): [Make, ...Make[]] {
  const elastic = setup.offers.size > 0
  const all = [...anywhere, ...(elastic ? inCloud(setup) : [])]
  const [first = crash, ...others] = random.shuffled(all).slice(0, random.whole(1, all.length))
  return [first, ...others, crash]
}

const crash: Make = (random) => ({
  do: 'crash',
  steps: random.whole(1, 40),
  downMs: random.chance(0.8) ? random.whole(100, 5000) : random.whole(5000, 120_000),
})

const anywhere: readonly Make[] = [
  crash,
  (random) =>
    spell(random, 'source', ['transient', 'throttled', 'unauthorized', 'lost', 'hang', 'refused', 'name-taken']),
  (random) => spell(random, 'engine', ['transient', 'lost', 'hang', 'no-image', 'refused']),
  (random) => ({
    do: 'mail',
    trouble: { lost: random.between(0, 1), doubled: random.between(0, 0.5), late: random.between(0, 1) },
    ms: random.whole(10_000, 300_000),
  }),
  (random) => ({ do: 'deafness', ms: random.whole(10_000, 300_000) }),
  (random) => ({ do: 'partition', which: random.whole(0, 9), ms: random.whole(5000, 400_000) }),
  (random) => ({ do: 'reboot', which: random.whole(0, 9) }),
  (random) => ({ do: 'kill', which: random.whole(0, 30) }),
  (random) => ({
    do: 'orphan',
    what: random.pick(['machine', 'container', 'registration'] as const),
    key: `orphan${random.whole(1000, 9999)}`,
  }),
  (random) => ({ do: 'jump', ms: random.whole(-7_200_000, 7_200_000) }),
  (random) => ({ do: 'full', ms: random.whole(1000, 60_000) }),
]

function inCloud(setup: Setup): readonly Make[] {
  const offers = [...setup.offers].flatMap(([fleet, own]) => own.map(({ key }) => `${fleet}/${key}`))
  return [
    (random) =>
      spell(random, 'cloud', [
        'transient',
        'throttled',
        'unauthorized',
        'lost',
        'hang',
        'refused',
        'no-capacity',
        'no-quota',
      ]),
    (random) => ({
      do: 'refuse',
      offer: random.pick(offers as [string, ...string[]]),
      why: random.pick(['capacity', 'quota'] as const),
      ms: random.whole(10_000, 600_000),
    }),
    (random) => ({
      do: 'cloud',
      trouble: {
        createFails: random.chance(0.3) ? random.next() : 0,
        createHangs: random.chance(0.3) ? random.next() : 0,
        bootFails: random.chance(0.3) ? random.next() : 0,
        deleteFails: random.chance(0.3) ? random.next() : 0,
        deleteHangs: random.chance(0.3) ? random.next() : 0,
        slow: random.chance(0.3) ? random.between(1, 5) : 1,
      },
      ms: random.whole(30_000, 400_000),
    }),
    (random) => ({ do: 'template', template: `v${random.whole(1, 3)}` }),
    (random) => ({ do: 'drain', which: random.whole(0, 9), ms: random.whole(10_000, 400_000) }),
    (random) => ({ do: 'delete', which: random.whole(0, 9), force: random.chance(0.3) }),
    ...(['die', 'evict', 'vanish', 'halt'] as const).map((what): Make => (random) => ({
      do: what,
      which: random.whole(0, 9),
    })),
  ]
}

function spell(
  random: Random,
  side: 'source' | 'engine' | 'cloud',
  failures: readonly [Failure, ...Failure[]],
): Happening {
  const share = random.pick([0.1, 0.5, 1] as const)
  return { do: 'spell', spell: { side, failure: random.pick(failures), share }, ms: random.whole(5000, 180_000) }
}
