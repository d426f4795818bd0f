import { describe, expect, it } from 'vitest'
import { HOST_CHAIN, hostJumps, hostRules, type HostRulesOptions } from './rules.ts'
import { hostRulesScript } from './script.ts'

const lines = (options: HostRulesOptions = {}) =>
  hostRules(options).map(({ tool, args }) => `${tool} ${args.join(' ')}`)

describe('rules of a host', () => {
  it('leave private networks open unless asked', () => {
    expect(lines().join('\n')).not.toMatch(/10\.0\.0\.0|fc00/)
  })

  it('close private networks, for both protocols', () => {
    const closed = lines({ allowPrivate: [] }).filter((rule) => /-d (10|172|192|100|fc00)/.test(rule))
    expect(closed.map((rule) => rule.split(' ')[4])).toEqual([
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10',
      'fc00::/7',
    ])
    for (const rule of closed) expect(rule).toContain('-j REJECT')
  })

  const exceptions: [string, string][] = [
    ['10.1.0.0/16', `iptables -A ${HOST_CHAIN} -d 10.1.0.0/16 -j RETURN`],
    ['10.1.2.3', `iptables -A ${HOST_CHAIN} -d 10.1.2.3 -j RETURN`],
    ['10.1.2.3:443', `iptables -A ${HOST_CHAIN} -d 10.1.2.3 -p tcp --dport 443 -j RETURN`],
    ['10.1.0.0/16:443', `iptables -A ${HOST_CHAIN} -d 10.1.0.0/16 -p tcp --dport 443 -j RETURN`],
    ['fd00:1::/64', `ip6tables -A ${HOST_CHAIN} -d fd00:1::/64 -j RETURN`],
    ['[fd00:1::5]:443', `ip6tables -A ${HOST_CHAIN} -d fd00:1::5 -p tcp --dport 443 -j RETURN`],
  ]
  it.each(exceptions)('open %s, but neither metadata nor the engine behind it', (allowed, expected) => {
    const rules = lines({ allowPrivate: [allowed] })
    const tool = expected.split(' ')[0] ?? ''
    const at = (words: string) => rules.findIndex((rule) => rule.startsWith(`${tool} `) && rule.includes(words))
    expect(rules.filter((rule) => rule.endsWith('-j RETURN') && !rule.includes('--dport 53'))).toEqual([expected])
    expect(rules.indexOf(expected)).toBeGreaterThan(at('--dports 2375,2376'))
    expect(rules.indexOf(expected)).toBeLessThan(at(tool === 'iptables' ? '10.0.0.0/8' : 'fc00::/7'))
  })

  it('hold for each bridge that is named', () => {
    const options = { bridges: ['slw+', 'docker+'] }
    const jumps = lines(options).filter((rule) => rule.endsWith(`-j ${HOST_CHAIN}`))
    expect(jumps.filter((rule) => rule.includes('-i docker+'))).toHaveLength(5)
    expect(hostJumps(options)).toHaveLength(10)
    expect(hostJumps()).toContainEqual({ tool: 'iptables', args: ['INPUT', '-i', 'slw+', '-j', HOST_CHAIN] })
  })

  it('can leave the name servers of the host open, whichever they are when the script runs', () => {
    expect(hostRulesScript()).not.toContain('resolv.conf')
    const script = hostRulesScript({ hostResolvers: true, allowPrivate: [] })
    expect(script.match(/cat \/etc\/resolv\.conf/g)).toHaveLength(2)
    expect(script).toContain(`iptables -w -I ${HOST_CHAIN} 1 -d "$at" -p "$protocol" --dport 53 -j RETURN`)
  })
})
