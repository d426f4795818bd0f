import { z } from 'zod'
import { understand } from '../api/fields.ts'
import { featureOf, missingPermissions, permissionsFor } from '../permissions.ts'
import type { GithubScope } from '../scopes.ts'
import { refused, type ExamineOptions, type Remark } from './remark.ts'

const installationSchema = z.object({
  suspended_at: z.string().nullish(),
  repository_selection: z.string().nullish(),
  permissions: z.record(z.string(), z.string()).catch({}),
})

/** For every scope: is the App installed on its account, with what it needs, and is the runner group there. */
export async function examineInstallations(options: ExamineOptions): Promise<readonly Remark[]> {
  const remarks = await Promise.all(
    options.scopes.all.map(async (scope) => {
      try {
        return [...(await examineScope(options, scope)), ...(await examineGroup(options, scope))]
      } catch (error) {
        return [refused(error)]
      }
    }),
  )
  return remarks.flat()
}

async function examineScope(options: ExamineOptions, scope: GithubScope): Promise<Remark[]> {
  const what = `read the App's installation for ${scope.name}`
  const answer = await options.accounts.app.call({
    route: 'GET /app/installations/{installation_id}',
    parameters: { installation_id: await options.accounts.installation(scope) },
    what,
    purpose: 'work',
  })
  const installation = understand(installationSchema, answer.data, what)
  if (installation.suspended_at) {
    return [
      {
        level: 'error',
        finding: `scope ${scope.name}: the App's installation is suspended`,
        mend: `An owner of ${scope.owner} can unsuspend it under Settings, GitHub Apps`,
      },
    ]
  }
  const missing = missingPermissions(permissionsFor([featureOf(scope)]), installation.permissions)
  if (missing.length === 0) {
    return [{ level: 'ok', finding: `scope ${scope.name}: the App is installed with the permissions it needs` }]
  }
  return [
    {
      level: 'error',
      finding: `scope ${scope.name}: the App lacks ${missing.join(', ')}`,
      mend: `Add it under Permissions & events in the App's settings; an owner of ${scope.owner} must accept it then`,
    },
  ]
}

async function examineGroup(options: ExamineOptions, scope: GithubScope): Promise<Remark[]> {
  if (scope.kind === 'repository' || scope.group === undefined) return []
  const group = await options.groups.read(scope)
  return [{ level: 'ok', finding: `scope ${scope.name}: runner group '${group.name}' exists` }]
}
