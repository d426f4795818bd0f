import { Refusal } from './answer.ts'
import type { Call } from './operation.ts'

/** What each provider of resources understands: from the first date on that has what is used here. */
const since: Readonly<Record<string, string>> = {
  'microsoft.compute': '2020-12-01',
  'microsoft.network': '2020-11-01',
  'microsoft.managedidentity': '2018-11-30',
  'microsoft.authorization': '2018-07-01',
  'microsoft.resources': '2020-06-01',
}

/** Throws `Refusal` 400 unless the call names a version of the API that there is. */
export function demandApiVersion({ query, url }: Call): void {
  const version = query['api-version']
  if (version === undefined) {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.'
    throw new Refusal(400, 'MissingApiVersionParameter', message)
  }
  const { pathname } = new URL(url)
  const namespace = /\/providers\/([^/]+)(?!.*\/providers\/)/.exec(pathname)?.[1] ?? 'Microsoft.Resources'
  const first = since[namespace.toLowerCase()] ?? '2015-01-01'
  const date = /^(\d{4}-\d{2}-\d{2})(-preview)?$/.exec(version)?.[1]
  if (date !== undefined && date >= first && !Number.isNaN(Date.parse(date))) return
  const message = `The api-version '${version}' is invalid. The supported versions of '${namespace}' begin with '${first}'.`
  throw new Refusal(400, 'InvalidApiVersionParameter', message)
}
