import { describe, expect, it } from 'vitest'
import { Refused } from '../../../domain/errors.ts'
import { applyHostRules, type RunOnHost } from './apply.ts'
import { hostRulesScript, hostRulesUnit } from '../../../kit/packet-filter/script.ts'
import { HOST_CHAIN, hostRules } from '../../../kit/packet-filter/rules.ts'

const lines = (options = {}) => hostRules(options).map(({ tool, args }) => `${tool} ${args.join(' ')}`)

describe('rules of the host', () => {
  it('block metadata, Azure’s services but DNS, and the engine, for agents alone', () => {
    const rules = lines()
    expect(rules).toContain(
      `iptables -A ${HOST_CHAIN} -d 169.254.0.0/16 -j REJECT --reject-with icmp-proto-unreachable`,
    )
    expect(rules).toContain(`iptables -A ${HOST_CHAIN} -d 168.63.129.16 -j REJECT --reject-with icmp-proto-unreachable`)
    expect(rules).toContain(`iptables -I ${HOST_CHAIN} 1 -d 168.63.129.16 -p udp --dport 53 -j RETURN`)
    expect(rules).toContain(`ip6tables -A ${HOST_CHAIN} -d fd00:ec2::254 -j REJECT --reject-with icmp6-adm-prohibited`)
    expect(rules.filter((rule) => rule.includes('--dports 2375,2376'))).toHaveLength(2)
    const jumps = rules.filter((rule) => rule.endsWith(`-j ${HOST_CHAIN}`))
    expect(jumps).toHaveLength(5)
    for (const jump of jumps) expect(jump).toContain('-i slw+')
  })

  it('take further ports and name servers', () => {
    const rules = lines({ enginePorts: [4243, 2376], resolvers: ['169.254.169.253', 'fd00:ec2::253'] })
    expect(rules.filter((rule) => rule.includes('--dports 2375,2376,4243'))).toHaveLength(2)
    expect(rules).toContain(`iptables -I ${HOST_CHAIN} 1 -d 169.254.169.253 -p tcp --dport 53 -j RETURN`)
    expect(rules).toContain(`ip6tables -I ${HOST_CHAIN} 1 -d fd00:ec2::253 -p tcp --dport 53 -j RETURN`)
  })

  it('make a chain before they use it', () => {
    for (const tool of ['iptables', 'ip6tables']) {
      const first = hostRules().find((rule) => rule.tool === tool)
      expect(first?.args).toEqual(['-N', HOST_CHAIN])
    }
  })

  it('are a script that checks before it changes, and a unit that runs it', () => {
    for (const line of hostRulesScript()
      .split('\n')
      .filter((text) => / -[AIN] /.test(text))) {
      expect(line).toMatch(/-[CS] .*>\/dev\/null 2>&1 \|\| ip6?tables -w -[AIN] /)
    }
    expect(hostRulesUnit()).toContain('ExecStart=/bin/sh /etc/slipway/host-rules.sh')
  })
})

describe('applying them', () => {
  /** A packet filter that remembers what it was told, as text. */
  function fakeHost(broken?: string) {
    const rules = new Set<string>()
    const run: RunOnHost = async (tool, [, flag = '', ...rest]) => {
      const words = rest.filter((word) => word !== '1').join(' ')
      if (`${tool} ${flag}` === broken) return { code: 4, output: 'Permission denied (you must be root)' }
      if (flag === '-S' && rest.length === 0) return { code: 0, output: '' }
      if (flag === '-S') return { code: rules.has(`${tool} -N ${words}`) ? 0 : 1, output: '' }
      if (flag === '-C')
        return { code: ['-A', '-I'].some((add) => rules.has(`${tool} ${add} ${words}`)) ? 0 : 1, output: '' }
      rules.add(`${tool} ${flag} ${words}`)
      return { code: 0, output: '' }
    }
    return { run, rules }
  }

  it('adds all once, and nothing twice', async () => {
    const host = fakeHost()
    expect(await applyHostRules(host.run)).toEqual({ added: hostRules().length, present: 0, skipped: [] })
    expect(await applyHostRules(host.run)).toEqual({ added: 0, present: hostRules().length, skipped: [] })
  })

  it('leaves IPv6 out where there is none, and says so', async () => {
    const { added, skipped } = await applyHostRules(fakeHost('ip6tables -S').run)
    expect(added).toBe(hostRules().filter(({ tool }) => tool === 'iptables').length)
    expect(skipped).toEqual(['IPv6: ip6tables does not work here'])
  })

  it('stops at the first command that fails, naming it', async () => {
    const applying = applyHostRules(fakeHost('iptables -A').run)
    await expect(applying).rejects.toThrow(Refused)
    await expect(applying).rejects.toThrow(/iptables -A .*you must be root/)
  })
})
