import type { Clock } from '../domain/ports/clock.ts'
import type { GithubStandIn } from './github/index.ts'
import { createRandom, type Random } from './github/random.ts'
import { browserLabels, checkLabels, deployLabels, organization, repositories } from './acme.ts'

interface Work {
  readonly workflow: string
  readonly name: string
  readonly labels: readonly string[]
  readonly seconds: readonly [number, number]
}

/** A push runs all of the first, and now and then what follows. */
const checks: readonly Work[] = [
  { workflow: 'ci', name: 'lint', labels: checkLabels, seconds: [3, 8] },
  { workflow: 'ci', name: 'unit tests', labels: checkLabels, seconds: [10, 30] },
  { workflow: 'ci', name: 'build', labels: checkLabels, seconds: [12, 40] },
]
const browsers: Work = { workflow: 'ci', name: 'e2e', labels: browserLabels, seconds: [20, 50] }
const deploy: Work = { workflow: 'release', name: 'deploy', labels: deployLabels, seconds: [6, 15] }

/** Seconds between two pushes; every so often nobody pushes for long enough that machines go. */
const pause = { usual: [2, 12], quiet: [45, 70] } as const
const QUIET_EVERY = 12
/** To begin with. */
const AT_ONCE = 6

/** Goes on pushing as a team does, until called off. */
export function startTraffic(github: GithubStandIn, clock: Clock, seed: number): () => void {
  const random = createRandom(seed)
  let cancel = (): void => {}
  let pushes = 0
  const next = (): void => {
    push(github, random)
    pushes += 1
    const seconds = random.between(pushes % QUIET_EVERY === 0 ? pause.quiet : pause.usual)
    cancel = clock.timer(seconds * 1000, next)
  }
  for (let count = 1; count < AT_ONCE; count += 1) push(github, random)
  next()
  return () => cancel()
}

function push(github: GithubStandIn, random: Random): void {
  const repository = `${organization}/${random.pick(repositories) ?? repositories[0]}`
  const wanted = [...checks, ...(random.chance(0.5) ? [browsers] : []), ...(random.chance(0.3) ? [deploy] : [])]
  for (const { workflow, name, labels: asked, seconds } of wanted)
    github.submit({ repository, labels: asked, workflow, name, script: scriptOf(name, random.between(seconds)) })
}

/** Says something every second, so that there is a log to follow. */
function scriptOf(name: string, seconds: number): string {
  const steps = Math.round(seconds)
  return `i=0; while [ $i -lt ${steps} ]; do i=$((i+1)); echo "${name}: step $i of ${steps}"; sleep 1; done; echo done`
}
