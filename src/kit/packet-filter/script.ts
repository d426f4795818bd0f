import { HOST_CHAIN, hostRules, type HostCommand, type HostRulesOptions } from './rules.ts'

export const SCRIPT_PATH = '/etc/slipway/host-rules.sh'
export const UNIT_PATH = '/etc/systemd/system/slipway-host-rules.service'

export interface HostScriptOptions extends HostRulesOptions {
  /** Whether the name servers that the host uses when the script runs stay reachable on port 53, wherever they are. */
  readonly hostResolvers?: boolean
}

/** The rules as a shell script that may run any number of times. Needs root and iptables. */
export function hostRulesScript(options: HostScriptOptions = {}): string {
  const rules = hostRules(options)
  const of = (tool: HostCommand['tool']) => [
    ...rules.filter((rule) => rule.tool === tool).map(scriptLine),
    ...(options.hostResolvers ? resolverLines(tool) : []),
  ]
  return [
    '#!/bin/sh',
    '# Keeps Slipway’s agents away from metadata services and from the engine’s ports on this host.',
    'set -e',
    ...of('iptables'),
    '# A kernel without IPv6 has nothing to block.',
    'if ip6tables -w -S >/dev/null 2>&1; then',
    ...of('ip6tables').map((line) => `  ${line}`),
    'fi',
    '',
  ].join('\n')
}

function scriptLine({ tool, unless, args }: HostCommand): string {
  const call = (words: readonly string[]) => [tool, '-w', ...words].join(' ')
  return [...unless.map((check) => `${call(check)} >/dev/null 2>&1`), call(args)].join(' || ')
}

/** One on the loopback is a stub on this host, which agents don't ask: the engine tells them what stands behind it. */
function resolverLines(tool: HostCommand['tool']): string[] {
  const family = tool === 'iptables' ? '/:/d;/^127\\./d' : '/:/!d;/^::1$/d;/%/d'
  const rule = `${HOST_CHAIN} -d "$at" -p "$protocol" --dport 53 -j RETURN`
  const insert = rule.replace(HOST_CHAIN, `${HOST_CHAIN} 1`)
  return [
    `for at in $(cat /etc/resolv.conf /run/systemd/resolve/resolv.conf 2>/dev/null | sed -n 's/^nameserver[[:space:]]*//p' | sed '${family}'); do`,
    '  for protocol in udp tcp; do',
    `    ${tool} -w -C ${rule} >/dev/null 2>&1 || ${tool} -w -I ${insert}`,
    '  done',
    'done',
  ]
}

/** Applies the script at boot. Docker itself keeps the rules when only the engine restarts. */
export function hostRulesUnit(): string {
  return `[Unit]
Description=Slipway: keeps build agents away from metadata services and the engine
After=network-pre.target docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${SCRIPT_PATH}

[Install]
WantedBy=multi-user.target docker.service
`
}
