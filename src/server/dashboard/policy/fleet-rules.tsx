import type { FleetPolicy } from '../../../domain/console/policy.ts'
import type { ToJson } from '../data/json.ts'
import { cpus, roundBytes, roundDuration } from '../data/words.ts'
import { Facts } from '../parts/panel.tsx'

export function FleetRules({ fleet }: { readonly fleet: ToJson<FleetPolicy> }) {
  const { reserve, elastic, burst } = fleet
  return (
    <Facts
      of={[
        ['System', `${fleet.os}, trust zone ${fleet.zone}`],
        [
          'Kept for the system',
          `${cpus(reserve.milliCpu)} CPU, ${roundBytes(reserve.memory)}, ${roundBytes(reserve.disk)} of disk`,
        ],
        ['CPU promised', burst.cpu === 1 ? 'what there is' : `up to ${burst.cpu} times while a machine boots`],
        ['Spread', fleet.spread === 'none' ? 'onto the fullest machine that fits' : 'agents of one repository apart'],
        ['Machines', elastic ? undefined : 'given by hand'],
        [
          'Chosen',
          elastic &&
            (elastic.choose === 'cheapest' ? 'the cheapest set of machines' : 'the first offer that can be had'),
        ],
        ['Boots within', elastic && roundDuration(elastic.bootTimeoutMs)],
        [
          'Empty ones go',
          elastic &&
            `after ${roundDuration(elastic.idleTimeoutMs)}${elastic.billing === 'hour' ? ', towards the end of a paid hour' : ''}`,
        ],
        [
          'Replaced',
          elastic &&
            `after ${roundDuration(elastic.maxAgeMs)}${elastic.maxAgents === undefined ? '' : ` or ${elastic.maxAgents} agents`}`,
        ],
        ['Consolidates', elastic && (elastic.consolidate ? 'yes' : 'no')],
        ['Replaced at a time', elastic && elastic.driftBudget],
        ['After an eviction', elastic && (elastic.rerunEvicted ? 'jobs are run again' : 'jobs stay lost')],
      ]}
    />
  )
}
