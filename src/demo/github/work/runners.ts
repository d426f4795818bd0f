import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Announcer } from '../happenings.ts'
import type { Runner, RunnerScope } from '../records.ts'
import type { Timers } from '../timers.ts'

export interface Runners {
  /** Undefined when the name is in use in the scope. */
  register(scope: RunnerScope, name: string, labels: readonly string[]): Runner | undefined
  /** Those of an account or repository, oldest first. */
  list(scope: RunnerPlace): readonly Runner[]
  find(scope: RunnerPlace, id: number): Runner | undefined
  /** The runner of an agent, the removed ones included: an agent must learn that it is gone. */
  authenticate(id: number, secret: string): Runner | undefined
  remove(runner: Runner): void
  /** The `busy` flag follows this with the lag that was asked for. */
  showBusy(runner: Runner, busy: boolean): void
  all(): readonly Runner[]
}

/** Where runners are looked up: an organization with all its groups, or one repository. */
export type RunnerPlace = { readonly organization: number } | { readonly repository: number }

export interface RunnersDependencies {
  readonly clock: Clock
  readonly timers: Timers
  readonly announcer: Announcer
  readonly busyLagMs: number
}

export function createRunners({ clock, timers, announcer, busyLagMs }: RunnersDependencies): Runners {
  const runners = new Map<number, Runner>()
  const live = new Map<number, Runner>()

  function list(place: RunnerPlace): Runner[] {
    return [...live.values()].filter((runner) => isAt(runner.scope, place))
  }

  return {
    register(scope, name, labels) {
      if (list(placeOf(scope)).some((runner) => runner.name.toLowerCase() === name.toLowerCase())) return undefined
      const runner: Runner = {
        id: runners.size + 1,
        name,
        scope,
        labels,
        secret: randomBytes(24).toString('hex'),
        createdAt: clock.wall(),
        online: false,
        removed: false,
        showsBusy: false,
      }
      runners.set(runner.id, runner)
      live.set(runner.id, runner)
      return runner
    },
    list,
    find: (place, id) => list(place).find((runner) => runner.id === id),
    authenticate(id, secret) {
      const runner = runners.get(id)
      return runner && runner.secret === secret ? runner : undefined
    },
    remove(runner) {
      if (runner.removed) return
      runner.removed = true
      runner.online = false
      live.delete(runner.id)
      announcer.announce('runner-removed', { runner })
    },
    showBusy(runner, busy) {
      if (busyLagMs <= 0) runner.showsBusy = busy
      else timers.after(busyLagMs, () => (runner.showsBusy = busy))
    },
    all: () => [...live.values()],
  }
}

function placeOf(scope: RunnerScope): RunnerPlace {
  return scope.kind === 'organization'
    ? { organization: scope.installation.account.id }
    : { repository: scope.repository.id }
}

function isAt(scope: RunnerScope, place: RunnerPlace): boolean {
  if ('organization' in place) {
    return scope.kind === 'organization' && scope.installation.account.id === place.organization
  }
  return scope.kind === 'repository' && scope.repository.id === place.repository
}
