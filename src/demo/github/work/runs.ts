import { createHash } from 'node:crypto'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Estate } from '../estate.ts'
import type { Repository, Run } from '../records.ts'

export interface Runs {
  /** Throws when no installation holds the repository. */
  create(wanted: { readonly repository: string; readonly workflow?: string; readonly fork?: boolean }): Run
  find(id: number): Run | undefined
  /** Newest first. */
  list(repository: Repository): readonly Run[]
}

const FIRST_RUN = 11_000_000_000

export function createRuns(clock: Clock, estate: Estate): Runs {
  const runs = new Map<number, Run>()
  const byRepository = new Map<number, Run[]>()

  return {
    create({ repository: fullName, workflow = 'ci', fork = false }) {
      const repository = estate.repository(fullName)?.repository
      if (!repository) throw new Error(`no installation holds the repository ${fullName}`)
      const siblings = byRepository.get(repository.id) ?? []
      const id = FIRST_RUN + runs.size
      const run: Run = {
        id,
        number: siblings.length + 1,
        repository,
        workflow,
        event: fork ? 'pull_request' : 'push',
        head: {
          repository: fork ? forkOf(repository) : repository,
          branch: fork ? 'patch-1' : 'main',
          sha: createHash('sha1').update(String(id)).digest('hex'),
        },
        createdAt: clock.wall(),
        jobs: [],
        attempt: 1,
      }
      siblings.push(run)
      runs.set(id, run)
      byRepository.set(repository.id, siblings)
      return run
    },
    find: (id) => runs.get(id),
    list: (repository) => (byRepository.get(repository.id) ?? []).toReversed(),
  }
}

function forkOf(repository: Repository): Repository {
  const owner = { id: 990_001, login: 'stranger', type: 'User' } as const
  return {
    id: repository.id + 500_000_000,
    name: repository.name,
    fullName: `${owner.login}/${repository.name}`,
    owner,
    private: false,
    fork: true,
  }
}
