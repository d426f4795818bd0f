import type { JobSubmission } from '../../domain/ports/operations.ts'
import { matchesAny, matchesAnyExactly } from '../../domain/jobs/pattern.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Resources } from '../../domain/resources.ts'
import { formatBytes, formatCpu, formatDuration } from '../../kit/units.ts'

export const DEFAULT_TIMEOUT_MS = 3_600_000
const MIN_TIMEOUT_MS = 1_000
const MAX_TIMEOUT_MS = 86_400_000
/** Handed over in one message on the container's stdin. */
const MAX_ENV_BYTES = 262_144
/** Below the kernel's limit for one argument, and more than any sane command needs. */
const MAX_COMMAND_BYTES = 65_536
const MAX_TEXT = 256

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** Read by what starts the job inside the container. */
const RESERVED_PREFIX = 'SLIPWAY_'
const IMAGE = /^[a-z0-9][\w.:/@-]{0,511}$/i

/** What is wrong with the fields themselves, whatever the pool. */
export function checkFields(submission: JobSubmission): string[] {
  return [
    ...checkCommand(submission.command),
    ...checkEnv(submission.env),
    ...checkTimeout(submission.timeoutMs),
    ...checkText('repository', submission.repository),
    ...checkText('workflow', submission.workflow ?? ''),
    ...checkText('name', submission.name ?? ''),
    ...(IMAGE.test(submission.image) ? [] : [`image: ${JSON.stringify(submission.image)} is not the name of an image`]),
  ]
}

/** What the pool does not allow. */
export function checkPool(submission: JobSubmission, pool: Pool): string[] {
  const { image, repository } = submission
  const problems = checkResources(wantedResources(submission, pool), pool)
  if (IMAGE.test(image) && image !== pool.image && !matchesAnyExactly(pool.allowedImages, image))
    problems.push(`image: pool ${pool.name} allows its own and ${listed(pool.allowedImages)}, not ${image}`)
  if (!matchesAny(pool.repositories, repository))
    problems.push(`repository: pool ${pool.name} allows ${listed(pool.repositories)}, not ${repository}`)
  return problems
}

/** As asked, and as in the pool where nothing was asked. */
export function wantedResources({ resources }: JobSubmission, pool: Pool): Resources {
  return {
    milliCpu: resources?.milliCpu ?? pool.resources.milliCpu,
    memory: resources?.memory ?? pool.resources.memory,
    disk: resources?.disk ?? pool.resources.disk,
  }
}

function checkResources(wanted: Resources, { name, maxResources: most }: Pool): string[] {
  const problems: string[] = []
  if (wanted.milliCpu <= 0) problems.push('resources.cpu: must be more than nothing')
  if (wanted.memory <= 0) problems.push('resources.memory: must be more than nothing')
  if (wanted.milliCpu > most.milliCpu)
    problems.push(
      `resources.cpu: ${formatCpu(wanted.milliCpu)} is more than pool ${name}'s ${formatCpu(most.milliCpu)}`,
    )
  if (wanted.memory > most.memory)
    problems.push(
      `resources.memory: ${formatBytes(wanted.memory)} is more than pool ${name}'s ${formatBytes(most.memory)}`,
    )
  if (wanted.disk > most.disk)
    problems.push(`resources.disk: ${formatBytes(wanted.disk)} is more than pool ${name}'s ${formatBytes(most.disk)}`)
  return problems
}

function checkCommand(command: readonly string[]): string[] {
  if (!command[0]) return ['command: must name a program']
  if (command.some((part) => part.includes('\0'))) return ['command: must not contain NUL']
  const bytes = command.reduce((sum, part) => sum + Buffer.byteLength(part) + 1, 0)
  return bytes > MAX_COMMAND_BYTES ? [`command: is longer than ${formatBytes(MAX_COMMAND_BYTES)}`] : []
}

/** Names are shown, values never: they may be secrets. */
function checkEnv(env: JobSubmission['env']): string[] {
  const problems: string[] = []
  let bytes = 0
  for (const [name, value] of Object.entries(env)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 2
    if (!ENV_NAME.test(name)) problems.push(`env: ${JSON.stringify(name)} is not the name of a variable`)
    if (name.startsWith(RESERVED_PREFIX))
      problems.push(`env: ${name}: names beginning with ${RESERVED_PREFIX} are taken`)
    if (value.includes('\0')) problems.push(`env: the value of ${JSON.stringify(name)} must not contain NUL`)
  }
  if (bytes > MAX_ENV_BYTES) problems.push(`env: is larger than ${formatBytes(MAX_ENV_BYTES)}`)
  return problems
}

function checkTimeout(timeoutMs = DEFAULT_TIMEOUT_MS): string[] {
  if (timeoutMs >= MIN_TIMEOUT_MS && timeoutMs <= MAX_TIMEOUT_MS) return []
  return [`timeout: must be ${formatDuration(MIN_TIMEOUT_MS)} to ${formatDuration(MAX_TIMEOUT_MS)}`]
}

function checkText(field: string, text: string): string[] {
  if (text.length > MAX_TEXT) return [`${field}: is longer than ${MAX_TEXT} characters`]
  return /\p{Cc}/u.test(text) ? [`${field}: must not contain control characters`] : []
}

function listed(patterns: readonly string[]): string {
  return patterns.length === 0 ? 'none' : patterns.join(', ')
}
