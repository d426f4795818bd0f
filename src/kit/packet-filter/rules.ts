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
  /** Names of the bridges that agents are on, `+` as a wildcard; `slw+` unless said. */
  readonly bridges?: readonly string[]
  /**
   * Blocks private networks too, all addresses of the host among them, but for these: an address or network, with
   * `:port` or `]:port` for one TCP port alone. Absent: they stay open.
   */
  readonly allowPrivate?: readonly string[]
}

/** One call of iptables or ip6tables, left out when one of the checks succeeds: applying twice changes nothing. */
export interface HostCommand {
  readonly tool: Tool
  readonly unless: readonly (readonly string[])[]
  readonly args: readonly string[]
}

type Tool = 'iptables' | 'ip6tables'

export const HOST_CHAIN = 'SLIPWAY-AGENTS'
/** Every bridge of agents that the runtime makes is named `slw…`. */
export const BRIDGE_PREFIX = 'slw'

const AGENT_BRIDGES = [`${BRIDGE_PREFIX}+`]
const AZURE_SERVICES = '168.63.129.16'
const METADATA_IPV4 = ['169.254.0.0/16', AZURE_SERVICES]
/** AWS and Google Cloud. */
const METADATA_IPV6 = ['fd00:ec2::254', 'fd20:ce::254']
const LINK_LOCAL_IPV6 = 'fe80::/10'
const ENGINE_PORTS = [2375, 2376]
const PRIVATE_IPV4 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']
const PRIVATE_IPV6 = ['fc00::/7']

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
  const resolvers = [AZURE_SERVICES, ...(options.resolvers ?? [])].filter((address) => !isIpv6(address))
  return [
    chain(tool, HOST_CHAIN),
    ...resolvers.flatMap((address) => allowDns(tool, address)),
    ...METADATA_IPV4.map((to) => append(tool, ['-d', to, ...REJECT_IPV4])),
    append(tool, [...toEngine(options), ...REJECT_IPV4]),
    ...privateRules(tool, options.allowPrivate, PRIVATE_IPV4, REJECT_IPV4),
    chain(tool, 'DOCKER-USER'),
    ...jumps(tool, 'DOCKER-USER', options),
    // Without Docker's own jump (another flavour of iptables, Podman), ours must come from FORWARD itself.
    ...jumps(tool, 'FORWARD', options).map((one) => ({
      ...one,
      unless: [['-C', 'FORWARD', '-j', 'DOCKER-USER'], ...one.unless],
    })),
    ...jumps(tool, 'INPUT', options),
  ]
}

function rulesIpv6(options: HostRulesOptions): HostCommand[] {
  const tool = 'ip6tables'
  const resolvers = (options.resolvers ?? []).filter(isIpv6)
  return [
    chain(tool, HOST_CHAIN),
    ...resolvers.flatMap((address) => allowDns(tool, address)),
    // Not all of link-local: finding the gateway needs it.
    ...['tcp', 'udp'].map((protocol) => append(tool, ['-d', LINK_LOCAL_IPV6, '-p', protocol, ...REJECT_IPV6])),
    ...METADATA_IPV6.map((to) => append(tool, ['-d', to, ...REJECT_IPV6])),
    append(tool, [...toEngine(options), ...REJECT_IPV6]),
    ...privateRules(tool, options.allowPrivate, PRIVATE_IPV6, REJECT_IPV6),
    ...jumps(tool, 'FORWARD', options),
    ...jumps(tool, 'INPUT', options),
  ]
}

/** Any address of the host, known or not. */
function toEngine({ enginePorts = [] }: HostRulesOptions): string[] {
  const ports = [...new Set([...ENGINE_PORTS, ...enginePorts])].join(',')
  return ['-p', 'tcp', '-m', 'addrtype', '--dst-type', 'LOCAL', '-m', 'multiport', '--dports', ports]
}

/** After metadata and engine, so that no exception opens those. */
function privateRules(
  tool: Tool,
  allowed: readonly string[] | undefined,
  ranges: readonly string[],
  reject: readonly string[],
): HostCommand[] {
  if (!allowed) return []
  const mine = allowed.map(parseAllowed).filter(({ to }) => isIpv6(to) === (tool === 'ip6tables'))
  return [
    ...mine.map(({ to, port }) =>
      append(tool, ['-d', to, ...(port ? ['-p', 'tcp', '--dport', port] : []), '-j', 'RETURN']),
    ),
    ...ranges.map((to) => append(tool, ['-d', to, ...reject])),
  ]
}

function parseAllowed(written: string): { to: string; port?: string } {
  const [, ipv6, ipv4, port] = /^(?:\[(.+)\]|([\d./]+)):(\d+)$/.exec(written) ?? []
  return { to: ipv6 ?? ipv4 ?? written, port }
}

function isIpv6(address: string): boolean {
  return address.includes(':')
}

/** On top, so that a resolver added later is heard before the rejects. */
function allowDns(tool: Tool, address: string): HostCommand[] {
  return ['udp', 'tcp'].map((protocol) => {
    const rule = ['-d', address, '-p', protocol, '--dport', '53', '-j', 'RETURN']
    return { tool, unless: [['-C', HOST_CHAIN, ...rule]], args: ['-I', HOST_CHAIN, '1', ...rule] }
  })
}

function chain(tool: Tool, name: string): HostCommand {
  return { tool, unless: [['-S', name]], args: ['-N', name] }
}

function append(tool: Tool, rule: readonly string[]): HostCommand {
  return { tool, unless: [['-C', HOST_CHAIN, ...rule]], args: ['-A', HOST_CHAIN, ...rule] }
}

/** The rules that lead into our chain, as what follows `-C` and `-D`. */
export function hostJumps(options: HostRulesOptions = {}): Pick<HostCommand, 'tool' | 'args'>[] {
  const all = [
    ...['DOCKER-USER', 'FORWARD', 'INPUT'].flatMap((from) => jumps('iptables', from, options)),
    ...['FORWARD', 'INPUT'].flatMap((from) => jumps('ip6tables', from, options)),
  ]
  return all.map(({ tool, unless }) => ({ tool, args: unless[0]?.slice(1) ?? [] }))
}

function jumps(tool: Tool, from: string, { bridges = AGENT_BRIDGES }: HostRulesOptions): HostCommand[] {
  return bridges.map((bridge) => {
    const rule = ['-i', bridge, '-j', HOST_CHAIN]
    return { tool, unless: [['-C', from, ...rule]], args: ['-I', from, '1', ...rule] }
  })
}
