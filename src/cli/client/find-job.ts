import { CliError, EXIT, usageError } from '../exit.ts'
import type { Api } from './api.ts'
import type { Job } from './types.ts'

const PAGE = 1000
/** Further back nobody looks for a job by hand. */
const MOST_PAGES = 20

/**
 * The key of the job that a person means: its key, its id in the source, or its address there. Of several attempts of
 * one job the newest; jobs of several sources must be told apart by key.
 */
export async function findJobKey(api: Api, written: string): Promise<string> {
  if (isKey(written)) return written
  const found: Job[] = []
  for await (const job of allJobs(api)) if (isMeant(job, written)) found.push(job)
  const jobs = new Set(found.map((job) => `${job.source}/${job.externalId}`))
  if (jobs.size > 1) {
    const keys = found.map((job) => job.key).join(', ')
    throw usageError(`\`${written}\` is the id of several jobs; name one by its key: ${keys}`)
  }
  const newest = found.sort((a, b) => b.attempt - a.attempt)[0]
  if (newest) return newest.key
  throw new CliError(
    EXIT.notFound,
    'not_found',
    `there is no job \`${written}\`: expected its key (\`slipway jobs\` lists them), its id in the source, or its address there`,
  )
}

/** source/id/attempt; addresses have a scheme before their slashes. */
function isKey(written: string): boolean {
  return /^[a-z0-9-]+\/.+\/\d+$/.test(written) && !written.includes('://')
}

function isMeant(job: Job, written: string): boolean {
  return job.externalId === written || (job.url !== undefined && plain(job.url) === plain(written))
}

/** Without what a browser may add: query, fragment, a slash at the end. */
function plain(url: string): string {
  return url
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .toLowerCase()
}

async function* allJobs(api: Api): AsyncGenerator<Job> {
  let after: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const { jobs, next } = await api.jobs({ limit: PAGE, after })
    yield* jobs
    if (next === undefined) return
    after = next
  }
}
