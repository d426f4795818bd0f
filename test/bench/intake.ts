import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { seededRandom } from '../fakes/random.ts'
import { atLeast, atMost, quantile, rounded, type Benchmark } from './benchmark.ts'
import { flood, type Flood } from './load/flood.ts'
import { createMessages, type Message } from './load/messages.ts'
import { build, startBuiltService, startServer, type ServerProcess } from './load/server-process.ts'
import { createSetting } from './load/setting.ts'

const rounds = 7
const connections = 64
const warmUp = 6000
const measured = 12_000
/** The service is killed at a random one of these, which follow. */
const rest = 4000
/** What GitHub takes for a question about a job. */
const githubMs = 300

/**
 * Webhooks of distinct jobs, as fast as they are answered, against probot's own middleware that only verifies. Both
 * sides get the very same messages, one after the other in each round, on a fresh process; the service has a fresh
 * database. It plans, and asks its GitHub where the jobs' code comes from, as it does for people; its engine can't be
 * reached, so that no container takes from the machine. After the measured part it is killed, and the file is opened
 * again: every job that was acknowledged must be in it.
 */
export const intake: Benchmark = {
  goals: { ratio: atLeast(0.6), lost: atMost(0) },
  run: async (say) => {
    build()
    const random = seededRandom(Date.now())
    const found: Round[] = []
    for (let round = 1; round <= rounds; round++) {
      const result = await playRound(warmUp + measured + Math.floor(random() * rest))
      found.push(result)
      const { rate, bareRate, lost, acknowledged } = result
      say(
        `round ${round}: ${Math.round(rate)}/s, bare ${Math.round(bareRate)}/s, ratio ${rounded(rate / bareRate)}; ` +
          `killed after ${acknowledged} acknowledged, ${lost} lost`,
      )
    }
    return {
      rate: rounded(median(found.map(({ rate }) => rate)), 0),
      bare_rate: rounded(median(found.map(({ bareRate }) => bareRate)), 0),
      ratio: rounded(median(found.map(({ rate, bareRate }) => rate / bareRate))),
      lost: found.reduce((sum, { lost }) => sum + lost, 0),
    }
  },
}

interface Round {
  readonly rate: number
  readonly bareRate: number
  readonly acknowledged: number
  readonly lost: number
}

async function playRound(killAt: number): Promise<Round> {
  const engineUrl = 'unix:///nonexistent/engine.sock'
  await using setting = await createSetting({ engineUrl, owner: 'bench-intake', githubMs })
  const { github, configPath, databasePath } = setting
  const service = await startBuiltService(configPath)
  const bare = await startServer(['test/bench/bare-probot.ts', github.app.webhookSecret, github.app.privateKey])
  try {
    // Made now, after the service's first look at the queues: it hears of all these by webhook.
    const messages = createMessages(github, warmUp + measured + rest)
    const { rate: bareRate } = await measure(bare, '/api/github/webhooks', messages, killAt)
    const { rate, acknowledged } = await measure(service, '/hooks/github/github', messages, killAt)
    return { rate, bareRate, acknowledged: acknowledged.length, lost: await countLost(databasePath, acknowledged) }
  } finally {
    await Promise.all([service.kill(), bare.kill()])
  }
}

/** Answers a second between the warm-up and the end of the measured part; the server is killed while more come. */
async function measure(server: ServerProcess, path: string, messages: readonly Message[], killAt: number) {
  let from = 0
  let to = 0
  let killed: Promise<void> | undefined
  const sent = await flood({
    url: `${server.url}${path}`,
    messages,
    connections,
    onAnswer(answers) {
      if (answers === warmUp) from = performance.now()
      if (answers === warmUp + measured) to = performance.now()
      if (answers === killAt) killed = server.kill()
    },
  })
  await killed
  refuseOthers(sent)
  return { rate: (measured * 1000) / (to - from), acknowledged: sent.acknowledged }
}

function refuseOthers({ others }: Flood): void {
  if (others.size > 0) throw new Error(`answers other than 2xx: ${JSON.stringify([...others])}`)
}

/** A message counts as kept only if its delivery and its job are both there. */
async function countLost(path: string, acknowledged: readonly Message[]): Promise<number> {
  const store = await openSqliteStore({ path, clock: systemClock })
  try {
    const deliveries = await store.known(
      'github',
      acknowledged.map(({ guid }) => guid),
    )
    const jobs = new Set((await store.jobs({ limit: 1_000_000 })).map(({ externalId }) => externalId))
    return acknowledged.filter(({ guid, job }) => !deliveries.has(guid) || !jobs.has(job)).length
  } finally {
    await store.close()
  }
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}
