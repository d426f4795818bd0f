import type { Estate } from '../../estate.ts'
import type { Installation } from '../../records.ts'
import { notFound, Refusal } from '../answer.ts'
import { installationOf, type Call } from '../operation.ts'

/** The organization of the path, which must be the caller's own. */
export function organizationOf(call: Call, estate: Estate): Installation {
  const organization = estate.organization(call.params.org ?? '')
  if (!organization || organization !== installationOf(call)) throw notFound()
  return organization
}

/** The repository of the path, which must be one of the caller's. */
export function repositoryOf(call: Call, estate: Estate) {
  const found = estate.repository(`${call.params.owner}/${call.params.repo}`)
  if (!found || found.installation !== installationOf(call)) throw notFound()
  return found
}

/** The body as an object; anything else is refused as GitHub does. */
export function objectBody(call: Call): Record<string, unknown> {
  if (typeof call.body === 'object' && call.body !== null && !Array.isArray(call.body)) return { ...call.body }
  throw new Refusal(422, "Invalid request.\n\nFor 'links/0/schema', nil is not an object.")
}
