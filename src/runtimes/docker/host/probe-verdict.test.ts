import { describe, expect, it } from 'vitest'
import { judgeProbe, outcomeOf, probeLanes, probeTargets } from './probe-verdict.ts'

const targets = probeTargets(['172.18.0.1'])
const all = (answer: (host: string, port: number) => string) =>
  targets.map(({ host, port }) => `${host} ${port}: ${answer(host, port)}`).join('\n')
const rule = 'bash: connect: Protocol not available'

describe('answers', () => {
  it.each([
    ['CONNECTED ', 'reached'],
    ['bash: connect: Connection refused bash: /dev/tcp/1.2.3.4/80: Connection refused', 'refused'],
    ["telnet: can't connect to remote host (1.2.3.4): Connection refused", 'refused'],
    ["telnet: can't connect to remote host (1.2.3.4): Protocol not available", 'rule'],
    ['curl: (7) Failed to connect to 1.2.3.4 port 80: Protocol not available', 'rule'],
    ['bash: connect: No route to host', 'silent'],
    ['', 'silent'],
  ])('%s', (answer, outcome) => {
    expect(outcomeOf(answer)).toBe(outcome)
  })
})

describe('the verdict', () => {
  it('is verified when all is blocked', () => {
    const { proof, detail } = judgeProbe(
      targets,
      all(() => rule),
      true,
    )
    expect(proof).toBe('verified')
    expect(detail).toContain('blocked by the rules of `slipway host prepare`: 169.254.169.254 80')
  })

  it('takes silence for blocked, and says that it is silence', () => {
    const { proof, detail } = judgeProbe(
      targets,
      all((host) => (host.startsWith('172') ? rule : '')),
      true,
    )
    expect(proof).toBe('verified')
    expect(detail).toContain('no answer (blocked otherwise, or nothing there): 169.254.169.254 80')
  })

  it('is unverified when one is reached', () => {
    const { proof, detail } = judgeProbe(
      targets,
      all((_host, port) => (port === 32526 ? 'CONNECTED' : rule)),
      true,
    )
    expect(proof).toBe('unverified')
    expect(detail).toContain('reached: 168.63.129.16 32526')
    expect(detail).toContain('Run `slipway host prepare`')
  })

  it('is unverified when only nobody listens: no rule stands in the way', () => {
    const output = all((host) => (host.startsWith('172') ? 'connect: Connection refused' : rule))
    expect(judgeProbe(targets, output, true).proof).toBe('unverified')
  })

  it.each([false, undefined])('is unverified when neighbours are not kept apart (%s)', (apart) => {
    const { proof, detail } = judgeProbe(
      targets,
      all(() => rule),
      apart,
    )
    expect(proof).toBe('unverified')
    expect(detail).toContain('agents can reach one another')
  })

  it('is unknown when nothing could be tried, or not all was', () => {
    expect(judgeProbe(targets, 'NO-TOOL\n', true).proof).toBe('unknown')
    expect(judgeProbe(targets, '', true).proof).toBe('unknown')
    const cut = all(() => rule)
      .split('\n')
      .slice(1)
      .join('\n')
    expect(judgeProbe(targets, cut, true)).toMatchObject({ proof: 'unknown' })
  })
})

it('tries metadata beside the engine’s ports', () => {
  expect(probeLanes(targets, true)).toEqual(targets.map(({ host, port }) => `${host} ${port}`))
  expect(probeLanes(targets, false)).toEqual([
    expect.stringContaining('169.254.169.254 80\n168.63.129.16 80'),
    '172.18.0.1 2375\n172.18.0.1 2376',
  ])
})
