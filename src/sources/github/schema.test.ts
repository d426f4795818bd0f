import { describe, expect, it } from 'vitest'
import { githubSourceSchema } from './schema.ts'

const good = {
  kind: 'github',
  name: 'github',
  appId: 123,
  privateKey: 'key',
  webhookSecret: 'secret',
  scopes: [{ organization: 'acme' }],
}

describe('the configuration of a github source', () => {
  it('talks to github.com unless told otherwise, and takes the number of the App as text too', () => {
    const config = githubSourceSchema.parse({ ...good, appId: '123' })
    expect(config).toMatchObject({ appId: 123, baseUrl: 'https://api.github.com' })
  })

  it.each([
    ['an unknown key', { extra: 1 }],
    ['no scope', { scopes: [] }],
    ['a scope of both kinds', { scopes: [{ organization: 'acme', repository: 'acme/x' }] }],
    ['a repository without its owner', { scopes: [{ repository: 'widgets' }] }],
    ['a base URL of another kind', { baseUrl: 'ftp://x' }],
    ['an App that is no number', { appId: 'Iv1.8a61f9b3a7aba766' }],
    ['an empty secret', { webhookSecret: '' }],
  ])('refuses %s', (_what, change) => {
    expect(githubSourceSchema.safeParse({ ...good, ...change }).success).toBe(false)
  })

  it('refuses a pattern that can never match its organization', () => {
    const scopes = [{ organization: 'acme', repositories: ['ACME/*', '*/web', 'other/*'] }]
    const { error } = githubSourceSchema.safeParse({ ...good, scopes })
    expect(error?.issues).toHaveLength(1)
    expect(JSON.stringify(error?.issues)).toContain("begin with 'acme/'")
  })
})
