import type { Clock } from '../../../domain/ports/clock.ts'
import { Refused } from '../../../domain/errors.ts'
import type { Endpoint } from '../../../domain/ports/provider.ts'
import { newId } from '../../../kit/ids.ts'
import { callEngine } from '../connection/call.ts'
import { connectEngine, endpointWords } from '../connection/client.ts'
import { housekeeping } from '../container/host-config.ts'
import type { HostRulesOptions } from '../../../kit/packet-filter/rules.ts'
import { OWNER } from '../labels.ts'
import { readTail } from '../verbs/tail.ts'
import { hostRulesScript } from '../../../kit/packet-filter/script.ts'

export interface HelperOptions {
  readonly owner: string
  readonly endpoint: Endpoint
  readonly clock: Clock
  /** On the machine already, with sh and iptables. */
  readonly image: string
  readonly rules?: HostRulesOptions
}

const DEADLINE_MS = 60_000

/**
 * Applies the rules from a one-shot container in the host's own network, for hosts that one can reach by the engine's
 * API only. It may change the host's network, so people must ask for it. The rules last until the host boots again.
 * Rejects with Refused (what the script said), Transient or DeadlineExceeded.
 */
export async function applyHostRulesByHelper(options: HelperOptions): Promise<void> {
  const { owner, endpoint, clock, image, rules } = options
  const { docker, close } = connectEngine(endpoint)
  const request = {
    Image: image,
    Entrypoint: ['/bin/sh', '-c', hostRulesScript(rules), 'slipway-host-prepare'],
    Cmd: [],
    User: '0',
    Labels: { [OWNER]: owner },
    HostConfig: { NetworkMode: 'host', CapDrop: ['ALL'], CapAdd: ['NET_ADMIN', 'NET_RAW'], ...housekeeping },
  }
  const on = { docker, clock, where: endpointWords(endpoint) }
  try {
    await callEngine(on, 'preparing the host', DEADLINE_MS, async (abortSignal) => {
      const name = `slipway-${owner}-host-${newId(6)}`
      const { id } = await docker.createContainer({ _query: { name }, _body: request, abortSignal })
      const container = docker.getContainer(id)
      try {
        await container.start({ abortSignal })
        await container.wait({ abortSignal })
        const { State } = await container.inspect({ abortSignal })
        if (State.ExitCode === 0) return
        const said = (await readTail({ docker }, id, 2000, abortSignal)).trim()
        throw new Refused(`the rules could not be applied: ${said || `exit code ${State.ExitCode}`}`)
      } finally {
        await callEngine(on, 'removing the helper', DEADLINE_MS, (last) =>
          container.remove({ force: true, v: true, abortSignal: last }),
        )
      }
    })
  } finally {
    close()
  }
}
