import type { PoolPolicy } from '../../../domain/console/policy.ts'
import type { Resources } from '../../../domain/resources.ts'
import { cpus, roundBytes, roundDuration } from '../data/words.ts'
import { Facts } from '../parts/panel.tsx'

export function PoolRules({ pool }: { readonly pool: PoolPolicy }) {
  const { serves, labels, repositories, fleets, trust } = pool
  return (
    <Facts
      of={[
        [
          'Serves',
          serves.map(({ source, scope }) => (scope === undefined ? source : `${source}, ${scope}`)).join('; '),
        ],
        ['Labels', labels.join(', ')],
        ['Repositories', repositories.length === 0 ? 'any' : repositories.join(', ')],
        ['Fleets', fleets.join(', then ')],
        ['Image', <span class="mono">{pool.image}</span>],
        ['An agent has', resourcesText(pool.resources)],
        ['A job at most', resourcesText(pool.maxResources)],
        ['Priority', pool.priority],
        ['Trust', trustText(trust)],
        ['Relaxed', relaxedText(pool)],
        ['Jobs should begin', pool.waitTargetMs !== undefined && `within ${roundDuration(pool.waitTargetMs)}`],
        ['Idle agents go', `after ${roundDuration(pool.idleTimeoutMs)}`],
        ['Agents are replaced', `after ${roundDuration(pool.maxAgeMs)}`],
        ['Registering', `within ${roundDuration(pool.registerTimeoutMs)}; broken after ${pool.maxFailures} failures`],
      ]}
    />
  )
}

function resourcesText({ milliCpu, memory, disk }: Resources): string {
  return `${cpus(milliCpu)} CPU, ${roundBytes(memory)}, ${roundBytes(disk)} of disk`
}

function trustText({ zone, forks, unknownOrigin, publicRepositories }: PoolPolicy['trust']): string {
  const taken = [forks && 'forks', unknownOrigin && 'unknown origins', publicRepositories && 'public repositories']
  const words = taken.filter((word) => word !== false)
  return words.length === 0 ? zone : `${zone}; takes ${words.join(', ')}`
}

/** Each is something that a job may do here and not by default. */
function relaxedText({ isolation, containers }: PoolPolicy) {
  const words = [
    isolation.sudo && 'sudo',
    isolation.capabilities.length > 0 && `capabilities ${isolation.capabilities.join(', ')}`,
    isolation.acceptUnverified && 'machines whose address rules are not verified',
    containers === 'dind' && 'an engine of its own',
  ].filter((word) => word !== false)
  return words.length > 0 && <span class="warn">{words.join('; ')}</span>
}
