import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { organization } from '../../../src/demo/acme.ts'
import { createGithubStandIn, type GithubStandIn } from '../../../src/demo/github/index.ts'
import { stageConfig } from '../../../src/demo/stage-config.ts'

/** What the service needs around it, on a disk that is one. */
export interface Setting extends AsyncDisposable {
  readonly github: GithubStandIn
  readonly configPath: string
  readonly databasePath: string
}

export interface SettingOptions {
  /** As a host of a fleet names it. */
  readonly engineUrl: string
  readonly owner: string
  /** Answers of the REST API for single jobs and runs take at least this long, as GitHub's do. */
  readonly githubMs?: number
}

const REPOSITORIES = 20
const TMPFS = 0x01021994

export async function createSetting({ engineUrl, owner, githubMs = 0 }: SettingOptions): Promise<Setting> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  await refuseMemory(directory)
  const repositories = Array.from({ length: REPOSITORIES }, (_, i) => `customer-facing-web-application-${i + 10}`)
  const github = await createGithubStandIn({ installations: [{ account: organization, repositories }], seed: 1 })
  for (const operation of ['actions/get-job-for-workflow-run', 'actions/get-workflow-run'])
    github.inject({ operation, delayMs: githubMs, times: Infinity })

  const configPath = join(directory, 'slipway.yaml')
  await writeFile(join(directory, 'app.pem'), github.app.privateKey, { mode: 0o600 })
  await writeFile(join(directory, 'webhook-secret'), github.app.webhookSecret, { mode: 0o600 })
  await writeFile(configPath, stageConfig({ owner, engineUrl, image: 'slipway-bench', command: [], github }))
  return {
    github,
    configPath,
    databasePath: join(directory, 'slipway.db'),
    async [Symbol.asyncDispose]() {
      await github.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A flush to memory costs nothing and proves nothing. */
async function refuseMemory(directory: string): Promise<void> {
  const { type } = await statfs(directory)
  if (type === TMPFS) throw new Error(`${directory} is no real disk: set TMPDIR to a directory that is on one`)
}
