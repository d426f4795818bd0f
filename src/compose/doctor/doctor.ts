import type { Clock } from '../../domain/ports/clock.ts'
import type { DoctorFinding } from '../../domain/ports/doctor.ts'
import type { RuntimePool } from '../machines/runtimes.ts'
import type { ContainerRuntime } from '../../domain/ports/runtime.ts'
import type { JobSource, Scope } from '../../domain/ports/source.ts'
import { serves } from '../../planner/survey.ts'
import { scopeProblem } from '../../planner/demand/width.ts'
import type { Wanted } from '../../reconciler/context.ts'
import { examinePrices } from './prices.ts'

/** Asks every part what a person should mend. A part that can't be asked is a finding of its own. */
export async function examine(
  wanted: Wanted,
  runtimes: RuntimePool,
  clock: Pick<Clock, 'wall'>,
): Promise<DoctorFinding[]> {
  const sources = [...wanted.sources.values()].map((source) => ask(`source ${source.name}`, () => source.examine()))
  const fleets = wanted.fleets.map((fleet) =>
    ask(`fleet ${fleet.name}`, () => examineFleet(wanted, runtimes, fleet.name, clock.wall())),
  )
  const scopes = [...wanted.sources.values()].flatMap((source) =>
    source.scopes.map((scope) => ask(`scope ${scope.source}/${scope.name}`, () => examineScope(wanted, source, scope))),
  )
  const { archive } = wanted
  const archives = archive ? [ask('archive', () => archive.archive.examine())] : []
  return (await Promise.all([...sources, ...scopes, ...fleets, ...archives])).flat()
}

/** Whether the scope admits more than the pools that register in it allow: then no agent is registered there. */
async function examineScope(wanted: Wanted, source: JobSource, scope: Scope): Promise<DoctorFinding[]> {
  const status = { ...scope, binding: source.binding, width: await source.width(scope) }
  const pools = wanted.pools.filter((pool) => serves(pool, scope.source, scope.name))
  return pools.map((pool) => {
    const about = `pool ${pool.name}`
    const problem = scopeProblem(status, pool)
    if (!problem) return { about, level: 'ok', finding: `scope ${scope.name} admits nobody beyond its allow list` }
    const mend =
      'narrow the runner group (its repositories, public ones), or widen `repositories` or `trust` of the pool'
    return { about, level: 'error', finding: `${problem}; no agent is registered there`, mend }
  })
}

async function examineFleet(
  wanted: Wanted,
  runtimes: RuntimePool,
  fleet: string,
  now: number,
): Promise<DoctorFinding[]> {
  const provider = wanted.providers.get(fleet)
  if (!provider) return []
  // Machines that come and go are looked after by the service; what a person can mend is beside them.
  const { elastic } = provider
  if (elastic) {
    const prices = ask(`fleet ${fleet}`, () => examinePrices(fleet, elastic, now))
    return [...(await elastic.examine(fleet)), ...(await prices)]
  }
  const { machines, unreachable } = await provider.list(fleet)
  const silent = unreachable.map(({ name, error }) => ({
    about: `machine ${name}`,
    level: 'error' as const,
    finding: `its engine can't be reached: ${error}`,
    mend: `check that the engine of ${name} runs and that its url, certificates and firewall let Slipway in`,
  }))
  const images = wanted.pools.filter((pool) => pool.fleets.includes(fleet)).map((pool) => pool.image)
  const reached = machines.map(async ({ name, endpoint }) => {
    if (endpoint) runtimes.connect(name, endpoint)
    const runtime = runtimes.of(name)
    if (!runtime) return []
    const about = `machine ${name}`
    const here = await ask(about, () => runtime.examine())
    const looks = [...new Set(images)].map((image) => ask(about, () => examineImage(about, runtime, image)))
    return [...here, ...(await Promise.all(looks)).flat()]
  })
  return [...silent, ...(await Promise.all(reached)).flat()]
}

async function examineImage(
  about: string,
  runtime: Pick<ContainerRuntime, 'hasImage'>,
  image: string,
): Promise<DoctorFinding[]> {
  if (await runtime.hasImage(image)) return [{ about, level: 'ok', finding: `image ${image} is there` }]
  const mend = 'it is fetched at the first start; if that fails, check its name and the credentials under `registries`'
  return [{ about, level: 'warning', finding: `image ${image} is not there yet`, mend }]
}

async function ask(about: string, question: () => Promise<readonly DoctorFinding[]>): Promise<DoctorFinding[]> {
  try {
    return [...(await question())].map((finding) => (finding.about ? finding : { ...finding, about }))
  } catch (error) {
    const finding = error instanceof Error ? error.message : String(error)
    return [{ about, level: 'error', finding, mend: 'see the message; `slipway validate` checks the configuration' }]
  }
}
