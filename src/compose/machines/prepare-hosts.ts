import type { HostPrepareOptions } from '../../cli/commands.ts'
import { givenHosts } from '../../config/index.ts'
import { NotFound } from '../../domain/errors.ts'
import { systemClock as clock } from '../../kit/system-clock.ts'
import { endpointOf } from '../../providers/static/endpoint.ts'
import { prepareHost } from '../../runtimes/docker/host/prepare.ts'

/** This host, or with a helper one of the configuration. What was done, in words. */
export function prepareHosts({ helper, ...options }: HostPrepareOptions): Promise<string> {
  if (!helper) return prepareHost(options)
  const { config, machine, image } = helper
  const hosts = config.fleets.flatMap(({ settings }) => givenHosts(settings))
  const host = hosts.find(({ name }) => name === machine)
  if (!host) throw new NotFound(`there is no host ${machine}; there are: ${hosts.map(({ name }) => name).join(', ')}`)
  return prepareHost({ ...options, helper: { owner: config.owner, endpoint: endpointOf(host), clock, image } })
}
