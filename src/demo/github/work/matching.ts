import type { Job, Repository, Runner, RunnerScope } from '../records.ts'

/** Whether GitHub would hand the job to the runner: its scope admits the repository, its labels hold all that the job asks. */
export function matches(job: Job, runner: Runner): boolean {
  return admits(runner.scope, job.run.repository) && hasLabels(runner.labels, job.labels)
}

export function admits(scope: RunnerScope, repository: Repository): boolean {
  if (scope.kind === 'repository') return scope.repository.id === repository.id
  if (scope.installation.account.id !== repository.owner.id) return false
  const { group } = scope
  if (!repository.private && !group.allowsPublic) return false
  if (group.visibility === 'selected') return group.repositories.includes(repository.name)
  return group.visibility === 'all' || repository.private
}

/** Case does not count. */
export function hasLabels(offered: readonly string[], wanted: readonly string[]): boolean {
  const known = new Set(offered.map((label) => label.toLowerCase()))
  return wanted.every((label) => known.has(label.toLowerCase()))
}
