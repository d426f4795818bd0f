import { loadConfig, problemText, type Environment } from '../../config/index.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { DoctorFinding } from '../../domain/ports/doctor.ts'
import { createMetrics } from '../../metrics/index.ts'
import { createDockerRuntime } from '../../runtimes/docker/index.ts'
import { examine } from './doctor.ts'
import { silentLogger } from '../silent-logger.ts'
import { createProviders } from '../machines/providers.ts'
import { createRuntimes } from '../machines/runtimes.ts'
import { assemble } from '../wanted.ts'

/** What `slipway doctor` finds without a running service: the same questions, asked from here. */
export async function examineOffline(configPath: string, env: Environment, clock: Clock): Promise<DoctorFinding[]> {
  const loaded = await loadConfig(configPath, env)
  const about = 'configuration'
  const weak = loaded.warnings.map((w) => ({ about, level: 'warning' as const, finding: problemText(w) }))
  if (!loaded.ok) {
    const mend = '`slipway validate` says the same, with lines'
    return [...loaded.problems.map((p) => ({ about, level: 'error' as const, finding: problemText(p), mend })), ...weak]
  }
  const logger = silentLogger
  const deps = { clock, logger, metrics: createMetrics({ clock }) }
  const { wanted } = await assemble(loaded.config, createProviders(loaded.config, undefined, deps), deps)
  const runtimes = createRuntimes(
    (_machine, endpoint) => createDockerRuntime({ ...loaded.config, endpoint, clock, logger }),
    () => undefined,
  )
  try {
    const valid = { about, level: 'ok' as const, finding: `${configPath} is valid` }
    return [valid, ...weak, ...(await examine(wanted, runtimes, clock))]
  } finally {
    runtimes.close()
    for (const source of wanted.sources.values()) await source.close()
  }
}
