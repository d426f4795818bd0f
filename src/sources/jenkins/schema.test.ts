import { describe, expect, it } from 'vitest'
import { hudsonSourceSchema, jenkinsSourceSchema } from './schema.ts'

const least = { kind: 'jenkins', name: 'ci', url: 'https://ci.example.com/jenkins', user: 'slipway', token: 't' }

function problems(changes: object): string[] {
  const parsed = jenkinsSourceSchema.safeParse({ ...least, ...changes })
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('a jenkins source', () => {
  it('needs an address, a user and a token, and has sane defaults', () => {
    expect(jenkinsSourceSchema.parse(least)).toEqual({
      ...least,
      url: 'https://ci.example.com/jenkins/',
      interval: 5000,
      workDir: '/home/jenkins/agent',
      forks: [],
      connect: 'websocket',
    })
  })

  it.each([
    [{ token: undefined }, /token: give either/],
    [{ password: 'p' }, /token: give either/],
    [{ tunnel: 'h:1' }, /tunnel: needs `connect: tcp`/],
    [{ connect: 'tcp', tunnel: 'h' }, /tunnel: expected HOST:PORT/],
    [{ interval: '200ms' }, /interval: expected/],
    [{ interval: '1h' }, /interval: expected 1s to 10m/],
    [{ url: 'https://user@ci.example.com' }, /url: expected the controller/],
    [{ hookSecret: 'short' }, /hookSecret: expected 16/],
    [{ workDir: 'here' }, /workDir: expected a path/],
    [{ labels: [] }, /Unrecognized key/],
  ])('refuses %j', (changes, words) => {
    expect(problems(changes).join('\n')).toMatch(words)
  })
})

it('a hudson source has a password and no token', () => {
  const given = { kind: 'hudson', name: 'h', url: 'http://hudson:8080/', user: 'slipway', password: 'p' }
  expect(hudsonSourceSchema.parse(given)).toMatchObject({ ...given, interval: 5000 })
  expect(hudsonSourceSchema.safeParse({ ...given, token: 't' }).success).toBe(false)
})
