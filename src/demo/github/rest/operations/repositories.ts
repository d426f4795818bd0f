import type { Estate } from '../../estate.ts'
import { repositoryShape } from '../../shapes/repository.ts'
import type { Urls } from '../../shapes/urls.ts'
import { installationOf, type Operation } from '../operation.ts'
import { page } from '../paging.ts'
import { repositoryOf } from './access.ts'

/** Repositories of an installation. */
export function repositoryOperations(estate: Estate, urls: () => Urls): Operation[] {
  return [
    {
      id: 'apps/list-repos-accessible-to-installation',
      method: 'GET',
      path: '/installation/repositories',
      by: 'installation',
      permission: 'metadata:read',
      handle(call) {
        const { repositories, selection } = installationOf(call)
        const { items, headers } = page(repositories, call)
        const shapes = items.map((repository) => repositoryShape(repository, urls()))
        const body = { total_count: repositories.length, repository_selection: selection, repositories: shapes }
        return { status: 200, headers, body }
      },
    },
    {
      id: 'repos/get',
      method: 'GET',
      path: '/repos/:owner/:repo',
      by: 'installation',
      permission: 'metadata:read',
      handle(call) {
        const { repository } = repositoryOf(call, estate)
        return { status: 200, body: { ...repositoryShape(repository, urls()), network_count: 0, subscribers_count: 0 } }
      },
    },
  ]
}
