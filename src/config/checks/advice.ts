import { givenHosts } from '../fleet.ts'
import { sound } from '../parts.ts'
import { partSchemas } from '../schema/root.ts'
import { registrationScopes } from '../scopes.ts'
import type { Check } from './check.ts'

const THREE_DAYS = 3 * 86_400_000
const SHORT_SECRET = 16

export const unusedFleets: Check = ({ fleets, pools }) =>
  sound(fleets)
    .filter(({ value }) => !sound(pools).some((pool) => pool.value.fleets.includes(value.name)))
    .map(({ path, value }) => ({
      path,
      reason: `no pool uses the fleet \`${value.name}\``,
      mend: 'Name it in a pool’s `fleets`, or remove it.',
    }))

export const unservedSources: Check = ({ sources, pools }) =>
  sound(sources)
    .filter(({ value }) => !sound(pools).some((pool) => pool.value.serves.some(({ source }) => source === value.name)))
    .map(({ path, value }) => ({
      path,
      reason: `no pool serves the source \`${value.name}\``,
      mend: 'Name it in a pool’s `serves`, or remove it.',
    }))

/** Agents of `fixed` sources are the job's, so none can wait ready for one. */
export const warmWithoutRegistrations: Check = (parts) =>
  sound(parts.pools)
    .filter(({ path, value }) => value.warm.agents > 0 && registrationScopes(value, path, parts).length === 0)
    .map(({ path, value }) => ({
      path: [...path, 'warm', 'agents'],
      reason: `the pool \`${value.name}\` serves no source whose agents can wait for jobs`,
      mend: 'Use `warm.standby` instead: prepared containers.',
    }))

/** A registry's password, and a job's secrets, would cross the network readably. */
export const plainTcp: Check = ({ fleets }) =>
  sound(fleets).flatMap(({ path, value }) =>
    givenHosts(value).flatMap((host, index) =>
      host.url.startsWith('tcp:') && !host.tls && !isLoopback(host.url)
        ? [
            {
              path: [...path, 'hosts', index, 'url'],
              reason: `the engine of \`${host.name}\` is reached over the network without TLS`,
              mend: 'Who can reach such an engine owns the host: add `tls`, or use ssh.',
            },
          ]
        : [],
    ),
  )

export const shortWebhookSecret: Check = ({ sources }) =>
  sound(sources).flatMap(({ path, value }) =>
    value.kind === 'github' && value.webhookSecret.length < SHORT_SECRET
      ? [
          {
            path: [...path, 'webhookSecret'],
            reason: `the webhook secret has fewer than ${SHORT_SECRET} characters`,
            mend: 'Use a long random one, for example from `openssl rand -hex 32`.',
          },
        ]
      : [],
  )

/** GitHub redelivers what is up to three days old; forgotten sooner, it would count as new. */
export const shortDeliveries: Check = ({ sources, root }) => {
  if (!sound(sources).some(({ value }) => value.kind === 'github')) return []
  const store = partSchemas.store.safeParse(root['store'])
  if (!store.success || store.data.retention.deliveries >= THREE_DAYS) return []
  return [
    {
      path: ['store', 'retention', 'deliveries'],
      reason: 'ids of deliveries are kept for less than 3 days, the time in which GitHub redelivers',
      mend: 'Keep them for 3 days or more, so that a redelivered one is known.',
    },
  ]
}

export const openAdminListener: Check = ({ root }) => {
  const server = partSchemas.server.safeParse(root['server'])
  if (!server.success || isLoopbackHost(server.data.admin.listen.host)) return []
  return [
    {
      path: ['server', 'admin', 'listen'],
      reason: 'the admin listener is open to the network, and speaks plain HTTP',
      mend: 'Bind it to 127.0.0.1, or put a proxy with TLS before it.',
    },
  ]
}

/** The engine shows a container's environment, so jobs and whoever may look at the engine would read it. */
export const proxyPassword: Check = ({ root }) => {
  const proxy = partSchemas.proxy.safeParse(root['proxy'])
  if (!proxy.data || new URL(proxy.data).password === '') return []
  return [
    {
      path: ['proxy'],
      reason: 'the address of the proxy holds a password, and agents are given that address',
      mend: 'Jobs can read it: use a proxy that needs none from these hosts.',
    },
  ]
}

function isLoopback(url: string): boolean {
  return isLoopbackHost(
    url
      .replace(/^tcp:\/\//, '')
      .replace(/:\d+$/, '')
      .replace(/^\[|\]$/g, ''),
  )
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
