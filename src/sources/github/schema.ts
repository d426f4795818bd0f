import { z } from 'zod'
import { count, name, secret } from '../../kit/schema.ts'

const repositoryPattern = z
  .string()
  .regex(/^[\w.-]+\/[\w.*-]+$/, { error: "expected owner/name, `*` as a wildcard in the name, for example 'acme/*'" })

const organizationScopeSchema = z
  .strictObject({
    organization: z
      .string()
      .regex(/^[A-Za-z0-9](-?[A-Za-z0-9])*$/, { error: "expected the name of an organization, for example 'acme'" })
      .describe('Organization in which agents register.'),
    runnerGroup: z
      .string()
      .min(1)
      .default('Default')
      .describe('Runner group of the organization. Its visibility is the security boundary.'),
    repositories: z
      .array(repositoryPattern)
      .default([])
      .describe('Repositories whose queues are read. Empty: all that the App can see.'),
  })
  .describe('Agents of an organization, in one runner group.')

const repositoryScopeSchema = z
  .strictObject({
    repository: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, { error: "expected owner/name, for example 'acme/widgets'" })
      .describe('Repository in which agents register.'),
  })
  .describe('Agents of one repository.')

/** A GitHub App on github.com or an Enterprise Server, and where its agents may register. */
export const githubSourceSchema = z
  .strictObject({
    kind: z.literal('github').describe('GitHub Actions, as a GitHub App.'),
    name: name().describe('Name of the source; pools serve it by this name, and its hook is `/hooks/github/NAME`.'),
    appId: count(1).describe('Id of the GitHub App, from its settings page.'),
    privateKey: secret().describe('Private key of the App, in PEM.'),
    webhookSecret: secret().describe('Secret that GitHub signs webhooks with.'),
    baseUrl: z
      .url({ protocol: /^https?$/, error: "expected the API's address, for example 'https://ghe.example.com/api/v3'" })
      .default('https://api.github.com')
      .describe('API of GitHub, or of an Enterprise Server.'),
    scopes: z
      .array(z.union([organizationScopeSchema, repositoryScopeSchema]))
      .min(1, { error: 'expected at least one scope, for example `- organization: acme`' })
      .describe('Where agents may register.'),
  })
  .describe('GitHub Actions.')

export type GithubSourceConfig = z.output<typeof githubSourceSchema>
export type GithubScopeConfig = GithubSourceConfig['scopes'][number]
