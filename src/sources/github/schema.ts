import { z } from 'zod'
import { name, secret } from '../../kit/schema.ts'

const LOGIN = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/
const PATTERN = /^[A-Za-z0-9*][A-Za-z0-9*-]{0,38}\/[A-Za-z0-9._*-]{1,100}$/

const LOGIN_HELP = "expected an organization's name, for example 'acme'"
const REPOSITORY_HELP = "expected a repository, for example 'acme/widgets'"
const PATTERN_HELP = "expected a repository or a pattern, for example 'acme/*' or 'acme/web-*'"
const APP_ID_HELP = 'expected the number of a GitHub App, for example 123456'
const URL_HELP = "expected the API's address, for example 'https://api.github.com' or 'https://ghe.example.com/api/v3'"

const organizationScope = z
  .strictObject({
    organization: z
      .string({ error: LOGIN_HELP })
      .regex(LOGIN, { error: LOGIN_HELP })
      .describe('Organization in which agents register'),
    runnerGroup: z.string().min(1).max(100).optional().describe('Runner group; the default group when left out'),
    repositories: z
      .array(z.string({ error: PATTERN_HELP }).regex(PATTERN, { error: PATTERN_HELP }))
      .min(1)
      .optional()
      .describe('Repositories whose jobs belong to this scope; all of the organization when left out'),
  })
  .check(({ value, issues }) => {
    for (const [index, pattern] of (value.repositories ?? []).entries()) {
      const owner = pattern.split('/')[0]?.toLowerCase()
      if (owner === '*' || owner === value.organization.toLowerCase()) continue
      const message = `never matches: repositories of this scope begin with '${value.organization}/'`
      issues.push({ code: 'custom', message, path: ['repositories', index], input: pattern })
    }
  })

const repositoryScope = z.strictObject({
  repository: z
    .string({ error: REPOSITORY_HELP })
    .regex(REPOSITORY, { error: REPOSITORY_HELP })
    .describe('Repository in which agents register'),
})

/** One GitHub App and where its agents may register. Secrets are resolved before parsing. */
export const githubSourceSchema = z.strictObject({
  kind: z.literal('github').describe('GitHub Actions, as a GitHub App'),
  name: name().describe('Name of the source; its hooks arrive at `/hooks/github/NAME`'),
  appId: z
    .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,15}$/)], { error: APP_ID_HELP })
    .transform(Number)
    .describe('Number of the App, from its settings page'),
  privateKey: secret().describe("The App's private key (PEM)"),
  webhookSecret: secret().describe("The App's webhook secret"),
  baseUrl: z
    .url({ protocol: /^https?$/, error: URL_HELP })
    .default('https://api.github.com')
    .describe('API of GitHub, or of an Enterprise Server'),
  scopes: z
    .array(z.union([organizationScope, repositoryScope]))
    .min(1)
    .describe('Where agents may register; the security boundary'),
})

export type GithubSourceConfig = z.output<typeof githubSourceSchema>
export type GithubScopeConfig = GithubSourceConfig['scopes'][number]
