import { secretsOfArchive } from './archive.ts'
import type { Config } from './config.ts'
import { givenHosts } from './fleet.ts'

/** Every secret value of the configuration, for the log to mask. */
export function secretsOf(config: Config): string[] {
  return [
    ...config.sources.flatMap(secretsOfSource),
    ...config.registries.map((registry) => registry.password),
    ...(config.archive ? secretsOfArchive(config.archive) : []),
    ...(config.authority ? [config.authority.key] : []),
    ...config.fleets.flatMap(({ settings }) =>
      givenHosts(settings).flatMap((host) => [host.privateKey ?? [], host.tls?.key ?? []].flat()),
    ),
    ...passwordOf(config.proxy),
  ]
}

function secretsOfSource(source: Config['sources'][number]): string[] {
  switch (source.kind) {
    case 'github':
      return [source.privateKey, source.webhookSecret]
    case 'jenkins':
      return [source.token ?? [], source.password ?? [], source.hookSecret ?? []].flat()
    case 'hudson':
      return [source.password, source.hookSecret ?? []].flat()
    case 'http':
      return []
  }
}

function passwordOf(url: string | undefined): string[] {
  const password = url === undefined ? '' : new URL(url).password
  return password === '' ? [] : [password, decodeURIComponent(password)]
}
