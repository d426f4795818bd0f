import { createGithubStandIn, type GithubStandIn, type GithubStandInOptions } from '../../src/demo/github/index.ts'
import { generateAppKey } from '../../src/demo/github/rest/credentials.ts'
import type { Client } from './client.ts'
import { createFakeClock, type FakeClock } from '../fakes/clock.ts'

/** Making a key takes long, and any will do. */
const appKey = generateAppKey()

/** A stand-in with a clock that stands still, an organization `acme` and a user `solo`. */
export async function createFixture(
  options: Partial<GithubStandInOptions> = {},
): Promise<{ standIn: GithubStandIn; clock: FakeClock }> {
  const clock = createFakeClock()
  const standIn = await createGithubStandIn({
    clock,
    app: { privateKey: await appKey },
    installations: [
      {
        account: 'acme',
        repositories: ['widgets', 'gears', { name: 'open', private: false }],
        runnerGroups: [{ name: 'some', repositories: ['widgets'] }],
      },
      { account: 'solo', type: 'User', repositories: ['toy'] },
    ],
    ...options,
  })
  return { standIn, clock }
}

/** A JIT configuration for an agent of the organization's group `groupId`. */
export async function register(client: Client, name: string, labels = ['linux'], groupId = 1): Promise<string> {
  const body = { name, runner_group_id: groupId, labels }
  const answer = await client.post('/orgs/acme/actions/runners/generate-jitconfig', body)
  if (answer.status !== 201) throw new Error(`the JIT configuration was answered ${answer.status}`)
  return (answer.body as { encoded_jit_config: string }).encoded_jit_config
}
