import { hostRules, type HostCommand, type HostRulesOptions } from './host-rules.ts'

export const SCRIPT_PATH = '/etc/slipway/host-rules.sh'
export const UNIT_PATH = '/etc/systemd/system/slipway-host-rules.service'

/** The rules as a shell script that may run any number of times. Needs root and iptables. */
export function hostRulesScript(options: HostRulesOptions = {}): string {
  const rules = hostRules(options)
  const of = (tool: HostCommand['tool']) => rules.filter((rule) => rule.tool === tool).map(scriptLine)
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
