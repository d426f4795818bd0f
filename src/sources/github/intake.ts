import { z } from 'zod'
import type { Clock } from '../../domain/ports/clock.ts'
import { BadInput, BadSignature } from '../../domain/errors.ts'
import type { Pushed, SourceRoute } from '../../domain/ports/source.ts'
import type { Accounts } from './api/accounts.ts'
import type { GithubApp } from './api/app.ts'
import type { Catalog } from './api/catalog.ts'
import { madeAt, stateOfEvent, toObservation, workflowJobEventSchema } from './payload/workflow-job.ts'
import type { ScopeTable } from './scopes.ts'

/** GitHub delivers nothing larger. */
const BODY_LIMIT = 25 * 1024 * 1024

export interface IntakeOptions {
  readonly source: string
  readonly app: Pick<GithubApp, 'verify'>
  readonly scopes: ScopeTable
  readonly accounts: Pick<Accounts, 'speaksFor' | 'forget'>
  readonly catalog: Pick<Catalog, 'note' | 'forget'>
  readonly clock: Clock
  /** Told how long after the change it tells of a message arrived, by GitHub's clock and ours. */
  readonly onLag?: (ms: number) => void
}

type Headers = Readonly<Record<string, string | undefined>>

/**
 * The App's webhook. The signature is checked over the bytes as they came, before anything reads them; what is not a
 * job of ours is acknowledged and counted.
 */
export function createIntake(options: IntakeOptions): SourceRoute {
  return {
    method: 'POST',
    path: `/hooks/github/${options.source}`,
    bodyLimit: BODY_LIMIT,
    handle: async (body, headers) => {
      const began = options.clock.wall()
      const text = await verified(options.app, body, headers)
      const event = needed(headers, 'x-github-event')
      const delivery = needed(headers, 'x-github-delivery')
      if (event === 'workflow_job') return takeJob(options, text, delivery, began)
      if (event === 'installation' || event === 'installation_repositories') {
        options.accounts.forget()
        options.catalog.forget()
      }
      return ignored(delivery, event === 'ping' ? 'ping' : 'event')
    },
  }
}

/*
 * Octokit's `verifyAndReceive` would parse the payload and make a client for each message before any of our own code
 * runs; `verify` does the HMAC alone.
 */
async function verified(app: Pick<GithubApp, 'verify'>, body: Buffer, headers: Headers): Promise<string> {
  const signature = headers['x-hub-signature-256']
  if (!signature) throw new BadSignature('the message carries no X-Hub-Signature-256')
  const text = body.toString('utf8')
  if (text === '' || !(await app.verify(text, signature))) {
    throw new BadSignature('the signature does not fit the message; check webhookSecret')
  }
  return text
}

async function takeJob(options: IntakeOptions, text: string, delivery: string, began: number): Promise<Pushed> {
  const { action, workflow_job: job, repository, installation } = parseEvent(text)
  options.catalog.note(repository.id, repository.full_name)
  const scope = options.scopes.of(repository.full_name)
  if (!scope) return ignored(delivery, 'foreign-repository')
  if (!(await options.accounts.speaksFor(scope, installation?.id))) return ignored(delivery, 'foreign-installation')
  const state = stateOfEvent(action)
  if (!state) return ignored(delivery, 'action')
  const made = madeAt(job, state)
  if (made !== undefined) options.onLag?.(began - made)
  const observation = toObservation(job, {
    via: 'event',
    began,
    state,
    source: options.source,
    scope: scope.name,
    repository: repository.full_name,
    origin: 'unknown',
  })
  return { delivery, jobs: [observation] }
}

function parseEvent(text: string) {
  const parsed = workflowJobEventSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${z.core.toDotPath(issue.path)}: ${issue.message}`)
  throw new BadInput('the message is no workflow_job event as GitHub describes it', problems)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadInput("the message is not JSON; set the content type of the App's webhook to application/json")
  }
}

function needed(headers: Headers, name: string): string {
  const value = headers[name]
  if (value) return value
  throw new BadInput(`the message carries no ${name}`)
}

function ignored(delivery: string, why: string): Pushed {
  return { delivery, jobs: [], ignored: why }
}
