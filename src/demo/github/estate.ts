import type { InstallationOptions, RunnerGroupOptions } from './options.ts'
import type { Account, Installation, Repository, RunnerGroup } from './records.ts'

/** Least permissions for everything that Slipway does as an App. */
export const grantedPermissions: Readonly<Record<string, string>> = {
  actions: 'read',
  administration: 'write',
  metadata: 'read',
  organization_self_hosted_runners: 'write',
}

/** Accounts, repositories and groups, and how to find them. Names are compared without case, as GitHub does. */
export interface Estate {
  readonly installations: Installation[]
  installation(id: number): Installation | undefined
  organization(login: string): Installation | undefined
  repository(fullName: string): { readonly installation: Installation; readonly repository: Repository } | undefined
}

export function createEstate(options: readonly InstallationOptions[], createdAt: number): Estate {
  const installations = options.map((option, index) => createInstallation(option, index, createdAt))

  function repository(fullName: string): ReturnType<Estate['repository']> {
    for (const installation of installations) {
      const found = installation.repositories.find((candidate) => same(candidate.fullName, fullName))
      if (found) return { installation, repository: found }
    }
    return undefined
  }

  return {
    installations,
    installation: (id) => installations.find((installation) => installation.id === id),
    organization: (login) =>
      installations.find(({ account }) => account.type === 'Organization' && same(account.login, login)),
    repository,
  }
}

function createInstallation(options: InstallationOptions, index: number, createdAt: number): Installation {
  const account: Account = { id: 7000 + index, login: options.account, type: options.type ?? 'Organization' }
  return {
    id: 41_000 + index,
    account,
    repositories: options.repositories.map((repository, place) =>
      createRepository(account, (index + 1) * 100_000 + place, repository),
    ),
    groups: account.type === 'Organization' ? createGroups(options.runnerGroups ?? [], index) : [],
    selection: 'all',
    createdAt,
    permissions: options.permissions ?? grantedPermissions,
  }
}

function createRepository(
  owner: Account,
  id: number,
  options: InstallationOptions['repositories'][number],
): Repository {
  const { name, private: isPrivate = true } = typeof options === 'string' ? { name: options } : options
  return { id, name, fullName: `${owner.login}/${name}`, owner, private: isPrivate, fork: false }
}

/** Ids differ between organizations, so that mixing them up shows. */
function createGroups(named: readonly RunnerGroupOptions[], index: number): RunnerGroup[] {
  const first = index * 50 + 1
  const standard: RunnerGroup = {
    id: first,
    name: 'Default',
    default: true,
    visibility: 'all',
    repositories: [],
    allowsPublic: false,
  }
  const others = named.map((group, place): RunnerGroup => ({
    id: first + 1 + place,
    name: group.name,
    default: false,
    visibility: group.visibility ?? (group.repositories ? 'selected' : 'all'),
    repositories: group.repositories ?? [],
    allowsPublic: group.allowsPublic ?? false,
  }))
  return [standard, ...others]
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
