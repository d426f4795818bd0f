/** What a room may import besides itself and kit, and which npm packages. The table of docs/architecture.md as data. */
export interface Room {
  /** Files of the room, a regular expression. */
  readonly files: string
  readonly imports: readonly string[]
  /** Names of packages; `@scope/*` for all of a scope. */
  readonly npm: readonly string[]
  /** Whether Node's own modules may be used. */
  readonly node: boolean
  /** Its packages are not installed with ours but are in what we ship: they are development dependencies. */
  readonly bundled?: boolean
}

const ADAPTER_SCHEMAS = '^src/(sources|providers|runtimes|archives)/[^/]+/schema\\.ts$'
const EVERYTHING = '^src/'

export const rooms: Readonly<Record<string, Room>> = {
  kit: { files: '^src/kit/', imports: [], npm: ['zod', 'pino', 'pino-pretty'], node: true },
  domain: { files: '^src/domain/', imports: [], npm: [], node: false },
  planner: { files: '^src/planner/', imports: ['^src/domain/'], npm: [], node: false },
  reconciler: { files: '^src/reconciler/', imports: ['^src/(domain|planner)/'], npm: ['p-queue'], node: true },

  github: adapter('sources/github', ['probot', '@octokit/*', 'undici', 'zod']),
  jenkins: adapter('sources/jenkins', ['zod']),
  http: adapter('sources/http', ['zod']),
  static: adapter('providers/static', ['zod']),
  azure: adapter('providers/azure', ['@azure/arm-compute', '@azure/core-rest-pipeline', '@azure/identity', 'zod']),
  containers: adapter('providers/docker', ['dockerode', 'tar-stream', 'zod']),
  bootstrap: adapter('providers/bootstrap', ['@peculiar/x509', 'reflect-metadata']),
  docker: adapter('runtimes/docker', ['dockerode', 'docker-modem', 'ssh2', 'tar-stream', 'zod']),
  blobs: adapter('archives/azure-blob', ['@azure/storage-blob', '@azure/identity', 'zod']),
  files: adapter('archives/directory', ['zod']),
  sqlite: adapter('store/sqlite', ['kysely', 'better-sqlite3']),
  memory: adapter('store/memory', []),

  ledger: { files: '^src/ledger/', imports: ['^src/domain/'], npm: [], node: false },
  metrics: { files: '^src/metrics/', imports: ['^src/domain/'], npm: ['prom-client'], node: true },
  server: {
    files: '^src/server/(?!dashboard/)',
    imports: ['^src/domain/'],
    npm: ['fastify', '@fastify/*', 'fastify-type-provider-zod', 'zod'],
    node: true,
  },
  // What the browser runs: bundled, so its packages are development dependencies.
  dashboard: {
    files: '^src/server/dashboard/',
    imports: ['^src/domain/'],
    npm: ['preact', 'preact-iso', '@preact/signals', 'uplot'],
    node: false,
    bundled: true,
  },
  simulator: { files: '^src/simulator/', imports: ['^src/(domain|planner|reconciler|ledger)/'], npm: [], node: true },
  demo: { files: '^src/demo/', imports: ['^src/domain/'], npm: ['*'], node: true },
  config: {
    files: '^src/config/',
    imports: ['^src/domain/', ADAPTER_SCHEMAS],
    npm: ['zod', 'yaml', 'fastest-levenshtein'],
    node: true,
  },
  cli: {
    files: '^src/cli/',
    imports: ['^src/config/', '^src/compose(/|\\.ts$)'],
    npm: ['commander', 'picocolors', 'cli-table3', 'log-update'],
    node: true,
  },
  main: {
    files: '^src/(main|version)\\.ts$',
    imports: ['^src/config/', '^src/compose(/|\\.ts$)', '^src/cli/'],
    npm: [],
    node: true,
  },
  compose: { files: '^src/compose(/|\\.ts$)', imports: [EVERYTHING], npm: ['*'], node: true },
}

/**
 * Adapters know the ports and nothing of one another; what a kind of adapters shares lies in the folder above, or in its
 * `bootstrap`.
 */
function adapter(folder: string, npm: readonly string[]): Room {
  const kind = folder.split('/')[0]
  const shared = kind === 'providers' ? '(bootstrap/|[^/]+\\.ts$)' : '[^/]+\\.ts$'
  return { files: `^src/${folder}/`, imports: ['^src/domain/', `^src/${kind}/${shared}`], npm, node: true }
}
