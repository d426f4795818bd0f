import { describe, expect, it } from 'vitest'
import { createCliFake } from '../../test/fakes/cli.ts'

describe('the command line', () => {
  it('shows every command and the exit codes in its help', async () => {
    const cli = createCliFake()
    expect(await cli.run('--help')).toBe(0)
    for (const command of [
      'serve',
      'demo',
      'validate',
      'schema',
      'doctor',
      'github',
      'host',
      'token',
      'status',
      'jobs',
    ])
      expect(cli.out()).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    for (const command of ['explain', 'agents', 'machines', 'drain', 'delete', 'journal'])
      expect(cli.out()).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    for (const code of [0, 1, 2, 3, 4, 5]) expect(cli.out()).toMatch(new RegExp(`^ {2}${code} {2}\\w`, 'm'))
    expect(cli.err()).toBe('')
  })

  it('tells its version', async () => {
    const cli = createCliFake()
    expect(await cli.run('--version')).toBe(0)
    expect(cli.out()).toBe('1.2.3\n')
  })

  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['stat'], /unknown command 'stat'[\s\S]*status/],
    ['an unknown option', ['status', '--jsn'], /unknown option '--jsn'[\s\S]*--json/],
    ['a missing argument', ['explain'], /missing required argument 'job'/],
    ['a wrong choice', ['jobs', '--state', 'asleep'], /Allowed choices are waiting, queued, running, done/],
    ['a wrong number', ['jobs', '--limit', '0'], /whole number from 1 to 1000/],
    ['a wrong time', ['token', 'create', 'ci', '--roles', 'read', '--expires', '30'], /'30s'/],
    ['a wrong role', ['token', 'create', 'ci', '--roles', 'read,root'], /`root` is none of submit, read, logs, admin/],
    ['a wrong address', ['status', '--url', 'localhost:8081'], /`localhost:8081` is no address/],
    ['bounds without the role', ['token', 'create', 'ci', '--roles', 'read', '--pool', 'a'], /bind the role `submit`/],
    ['two opposites', ['host', 'prepare', '--apply', '--remove'], /exclude one another/],
    ['no address for webhooks', ['github', 'setup'], /--public-url is missing/],
  ])('ends with 2 for %s', async (_what, args, words) => {
    const cli = createCliFake()
    expect(await cli.run(...args)).toBe(2)
    expect(cli.err()).toMatch(words)
    expect(cli.out()).toBe('')
    expect(cli.calls).toEqual([])
  })

  it('ends with 2 and the help when nothing is asked', async () => {
    const cli = createCliFake()
    expect(await cli.run()).toBe(2)
    expect(cli.err()).toContain('Usage: slipway')
  })

  it('gives errors as JSON on standard error with --json', async () => {
    const cli = createCliFake()
    expect(await cli.run('jobs', '--state', 'asleep', '--json')).toBe(2)
    expect(JSON.parse(cli.err())).toEqual({ error: { code: 'usage', message: expect.stringContaining('asleep') } })
    expect(cli.out()).toBe('')
  })

  it('ends with 1 and the words of an error that a command ends with', async () => {
    const cli = createCliFake()
    cli.commands = { ...cli.commands, hostPrepare: () => Promise.reject(new Error('iptables is not there')) }
    expect(await cli.run('host', 'prepare', '--apply')).toBe(1)
    expect(cli.err()).toBe('slipway: iptables is not there\n')
  })
})
