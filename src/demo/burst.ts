import type { GithubStandIn, Job } from './github/index.ts'
import { createRandom } from './github/random.ts'
import { labels, organization, repositories } from './acme.ts'

/** Submits jobs of several repositories, all at once: the demand that Slipway is there for. */
export function submitBurst(github: GithubStandIn, count: number, seed: number): readonly Job[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => {
    const repository = random.pick(repositories) ?? repositories[0]
    const seconds = random.between([0.5, 4]).toFixed(1)
    return github.submit({
      repository: `${organization}/${repository}`,
      labels,
      workflow: 'ci',
      name: `build ${index + 1}`,
      script: `echo "building ${repository}"; sleep ${seconds}; echo "done after ${seconds} s"`,
    })
  })
}
