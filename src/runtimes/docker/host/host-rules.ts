import { BRIDGE_PREFIX } from './networks.ts'

/*
 * What agents must not reach, as rules of the host's packet filter. The engine's API alone can't block addresses.
 *
 * One chain of ours holds the rules. Traffic that the host forwards enters it from DOCKER-USER, which Docker calls
 * first and leaves alone when it restarts; traffic to the host itself enters it from INPUT. Both only for packets
 * that come from a bridge of agents.
 */

export interface HostRulesOptions {
  /** Ports of the engine beside 2375 and 2376. */
  readonly enginePorts?: readonly number[]
  /** Name servers within the blocked ranges, which stay reachable on port 53 (169.254.169.253 on AWS, for instance). */
  readonly resolvers?: readonly string[]
}

/** One call of iptables or ip6tables, left out when one of the checks succeeds: applying twice changes nothing. */
export interface HostCommand {
  readonly tool: 'iptables' | 'ip6tables'
  readonly unless: readonly (readonly string[])[]
  readonly args: readonly string[]
}

export const HOST_CHAIN = 'SLIPWAY-AGENTS'

const FROM_AGENTS = ['-i', `${BRIDGE_PREFIX}+`]
const AZURE_SERVICES = '168.63.129.16'
const METADATA_IPV4 = ['169.254.0.0/16', AZURE_SERVICES]
/** AWS and Google Cloud. */
const METADATA_IPV6 = ['fd00:ec2::254', 'fd20:ce::254']
const LINK_LOCAL_IPV6 = 'fe80::/10'
const ENGINE_PORTS = [2375, 2376]

/**
 * No network answers TCP so by itself, and programs show it as "Protocol not available": the probe knows our rules by
 * it. It is immediate, so that what tries in vain does not wait.
 */
const REJECT_IPV4 = ['-j', 'REJECT', '--reject-with', 'icmp-proto-unreachable']
const REJECT_IPV6 = ['-j', 'REJECT', '--reject-with', 'icmp6-adm-prohibited']

export function hostRules(options: HostRulesOptions = {}): HostCommand[] {
  return [...rulesIpv4(options), ...rulesIpv6(options)]
}

function rulesIpv4(options: HostRulesOptions): HostCommand[] {
  const tool = 'iptables'
  const resolvers = [AZURE_SERVICES, ...(options.resolvers ?? [])].filter((address) => !address.includes(':'))
  return [
    chain(tool, HOST_CHAIN),
    ...resolvers.flatMap((address) => allowDns(tool, address)),
    ...METADATA_IPV4.map((to) => append(tool, ['-d', to, ...REJECT_IPV4])),
    append(tool, [...toEngine(options), ...REJECT_IPV4]),
    chain(tool, 'DOCKER-USER'),
    jump(tool, 'DOCKER-USER'),
    // Without Docker's own jump (another flavour of iptables, Podman), ours must come from FORWARD itself.
    { ...jump(tool, 'FORWARD'), unless: [['-C', 'FORWARD', '-j', 'DOCKER-USER'], jumpCheck('FORWARD')] },
    jump(tool, 'INPUT'),
  ]
}

function rulesIpv6(options: HostRulesOptions): HostCommand[] {
  const tool = 'ip6tables'
  const resolvers = (options.resolvers ?? []).filter((address) => address.includes(':'))
  return [
    chain(tool, HOST_CHAIN),
    ...resolvers.flatMap((address) => allowDns(tool, address)),
    // Not all of link-local: finding the gateway needs it.
    ...['tcp', 'udp'].map((protocol) => append(tool, ['-d', LINK_LOCAL_IPV6, '-p', protocol, ...REJECT_IPV6])),
    ...METADATA_IPV6.map((to) => append(tool, ['-d', to, ...REJECT_IPV6])),
    append(tool, [...toEngine(options), ...REJECT_IPV6]),
    jump(tool, 'FORWARD'),
    jump(tool, 'INPUT'),
  ]
}

/** Any address of the host, known or not. */
function toEngine({ enginePorts = [] }: HostRulesOptions): string[] {
  const ports = [...new Set([...ENGINE_PORTS, ...enginePorts])].join(',')
  return ['-p', 'tcp', '-m', 'addrtype', '--dst-type', 'LOCAL', '-m', 'multiport', '--dports', ports]
}

/** On top, so that a resolver added later is heard before the rejects. */
function allowDns(tool: HostCommand['tool'], address: string): HostCommand[] {
  return ['udp', 'tcp'].map((protocol) => {
    const rule = ['-d', address, '-p', protocol, '--dport', '53', '-j', 'RETURN']
    return { tool, unless: [['-C', HOST_CHAIN, ...rule]], args: ['-I', HOST_CHAIN, '1', ...rule] }
  })
}

function chain(tool: HostCommand['tool'], name: string): HostCommand {
  return { tool, unless: [['-S', name]], args: ['-N', name] }
}

function append(tool: HostCommand['tool'], rule: readonly string[]): HostCommand {
  return { tool, unless: [['-C', HOST_CHAIN, ...rule]], args: ['-A', HOST_CHAIN, ...rule] }
}

/** The rules that lead into our chain, as what follows `-C` and `-D`. */
export function hostJumps(): Pick<HostCommand, 'tool' | 'args'>[] {
  const jumps = (tool: HostCommand['tool'], from: readonly string[]) =>
    from.map((name) => ({ tool, args: jumpCheck(name).slice(1) }))
  return [...jumps('iptables', ['DOCKER-USER', 'FORWARD', 'INPUT']), ...jumps('ip6tables', ['FORWARD', 'INPUT'])]
}

function jump(tool: HostCommand['tool'], from: string): HostCommand {
  return { tool, unless: [jumpCheck(from)], args: ['-I', from, '1', ...FROM_AGENTS, '-j', HOST_CHAIN] }
}

function jumpCheck(from: string): string[] {
  return ['-C', from, ...FROM_AGENTS, '-j', HOST_CHAIN]
}
