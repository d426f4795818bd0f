import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { hostRulesScript, SCRIPT_PATH } from '../../../kit/packet-filter/script.ts'
import { linuxEngineConfig } from '../engine-config.ts'
import { defaults, type BootstrapInput } from '../input.ts'
import { quoted, withInput } from '../shell.ts'

const LIB = '/var/lib/slipway'
const TLS = { ca: '/etc/slipway/tls/ca.pem', cert: '/etc/slipway/tls/cert.pem', key: '/etc/slipway/tls/key.pem' }
const DROP_IN = '/etc/systemd/system/docker.service.d/slipway.conf'
/** Agents are on bridges of ours; others that an engine may make hold nothing but what agents must not get around by. */
const BRIDGES = ['slw+', 'docker+', 'br-+']
const HERE = new URL('./', import.meta.url)

/** The whole bootstrap as one POSIX shell script. It may run again, and changes nothing then. */
export function linuxScript(input: BootstrapInput): string {
  return [
    '#!/bin/sh',
    `# Makes ${input.name} a machine of ${input.owner}. It holds the machine's key: keep it readable for root alone.`,
    'set -eu',
    settings(input),
    '',
    shellFunction('write_files', files(input)),
    '',
    shellFunction('write_units', UNITS),
    '',
    piece('machine.sh'),
  ].join('\n')
}

function settings(input: BootstrapInput): string {
  const { pruneAt, pruneTo } = input.disk ?? defaults.disk
  const proxies = proxyLines(input)
  return [
    `MACHINE=${quoted(input.name)} OWNER=${quoted(input.owner)}`,
    `WATCH=${input.spotWatcher ? 1 : 0} WATCHER_IMAGE=slipway-watcher:${digest(piece('watch.sh'))}`,
    `PRUNE_AT=${pruneAt} PRUNE_TO=${pruneTo}`,
    ...proxies,
    `PROXIES=${quoted(proxies.join('\n'))}`,
  ].join('\n')
}

/** Both spellings: tools disagree. */
function proxyLines({ proxy, noProxy = [] }: BootstrapInput): string[] {
  if (!proxy) return []
  const direct = quoted(['localhost', '127.0.0.1', '::1', '169.254.169.254', ...noProxy].join(','))
  const to = quoted(proxy)
  return [
    `export http_proxy=${to} https_proxy=${to} HTTP_PROXY=${to} HTTPS_PROXY=${to}`,
    `export no_proxy=${direct} NO_PROXY=${direct}`,
  ]
}

interface File {
  readonly path: string
  readonly mode: string
  readonly text: string
}

function files(input: BootstrapInput): File[] {
  const { identity, hooks, caBundle } = input
  const optional = (path: string, mode: string, text: string | undefined) => (text ? [{ path, mode, text }] : [])
  return [
    { path: TLS.ca, mode: '600', text: identity.ca },
    { path: TLS.cert, mode: '600', text: identity.cert },
    { path: TLS.key, mode: '600', text: identity.key },
    { path: '/etc/docker/daemon.json', mode: '644', text: linuxEngineConfig(input, TLS) },
    { path: SCRIPT_PATH, mode: '755', text: rulesOf(input) },
    ...optional('/etc/slipway/authorities.pem', '644', caBundle),
    ...['engine.sh', 'keep.sh', 'fetch.sh', 'housekeeping.sh', 'watch.sh'].map((name) => ({
      path: `${LIB}/${name}`,
      mode: '755',
      text: piece(name),
    })),
    { path: `${LIB}/images`, mode: '644', text: input.images.map((image) => `${image}\n`).join('') },
    ...optional(`${LIB}/before`, '700', hooks.before),
    ...optional(`${LIB}/after`, '700', hooks.after),
  ]
}

/** The rules of `slipway host prepare`, and private networks closed; the machine's own name servers stay in reach. */
function rulesOf({ allowPrivate, proxy }: BootstrapInput): string {
  const allowed = [...allowPrivate, ...addressOf(proxy)]
  return hostRulesScript({ bridges: BRIDGES, allowPrivate: allowed, hostResolvers: true })
}

/** A proxy that is named by its address. One with a name has to be allowed by who knows its addresses. */
function addressOf(proxy: string | undefined): string[] {
  if (!proxy) return []
  const { hostname, port, protocol } = new URL(proxy)
  const at = port || (protocol === 'https:' ? '443' : '80')
  return /^[\d.]+$|^\[/.test(hostname) ? [`${hostname}:${at}`] : []
}

const UNITS: readonly File[] = [
  {
    path: DROP_IN,
    mode: '644',
    text: `[Service]
ExecStart=
ExecStart=/bin/sh ${LIB}/engine.sh --host=fd://
# Again, in case the engine's own rules went before ours.
ExecStartPost=/bin/sh ${SCRIPT_PATH}
`,
  },
  {
    path: '/etc/systemd/system/slipway-housekeeping.service',
    mode: '644',
    text: `[Unit]
Description=Slipway: keeps the rules for agents and the disk in order
After=docker.service

[Service]
Type=oneshot
ExecStart=/bin/sh ${LIB}/housekeeping.sh
`,
  },
  {
    path: '/etc/systemd/system/slipway-housekeeping.timer',
    mode: '644',
    text: `[Unit]
Description=Slipway: housekeeping every few minutes

[Timer]
OnBootSec=2min
OnUnitActiveSec=5min

[Install]
WantedBy=timers.target
`,
  },
]

function shellFunction(name: string, written: readonly File[]): string {
  const puts = written.map(({ path, mode, text }) => withInput(`put ${mode} ${path}`, text))
  return [`${name}() {`, ...puts, '}'].join('\n')
}

function piece(name: string): string {
  return readFileSync(new URL(name, HERE), 'utf8')
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
