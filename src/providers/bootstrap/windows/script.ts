import { readFileSync } from 'node:fs'
import { windowsEngineConfig } from '../engine-config.ts'
import type { BootstrapInput } from '../input.ts'
import { without } from './ranges.ts'

const DATA = String.raw`C:\ProgramData`
const TLS = {
  ca: String.raw`${DATA}\docker\tls\ca.pem`,
  cert: String.raw`${DATA}\docker\tls\cert.pem`,
  key: String.raw`${DATA}\docker\tls\key.pem`,
}
const AUTHORITIES = `${DATA}\\slipway\\authorities\\`
const METADATA = ['169.254.0.0/16', '168.63.129.16']
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']

/** The whole bootstrap in PowerShell. Nobody has run it on Windows: docs/compatibility.md. */
export function windowsScript(input: BootstrapInput): string {
  return [
    `# Makes ${input.name} a machine of ${input.owner}. It holds the machine's key: keep it readable for administrators alone.`,
    "$ErrorActionPreference = 'Stop'",
    "$ProgressPreference = 'SilentlyContinue'",
    `$Machine = ${quoted(input.name)}`,
    `$Owner = ${quoted(input.owner)}`,
    `$Isolation = ${quoted(input.isolation ?? 'process')}`,
    `$Images = ${list(input.images)}`,
    `$Proxies = ${list(proxies(input))}`,
    `$Blocked = ${list([...METADATA, ...without(PRIVATE, input.allowPrivate)])}`,
    '',
    'function Write-Files {',
    ...files(input).map(({ path, text }) => `    Write-Text ${quoted(path)} '${Buffer.from(text).toString('base64')}'`),
    '}',
    '',
    readFileSync(new URL('./machine.ps1', import.meta.url), 'utf8'),
  ].join('\n')
}

function files(input: BootstrapInput): { path: string; text: string }[] {
  const { identity, hooks, caBundle = '' } = input
  const of = (path: string, text: string | undefined) => (text ? [{ path, text }] : [])
  const authorities = caBundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return [
    ...of(TLS.ca, identity.ca),
    ...of(TLS.cert, identity.cert),
    ...of(TLS.key, identity.key),
    ...of(String.raw`${DATA}\docker\config\daemon.json`, windowsEngineConfig(input, TLS)),
    ...authorities.flatMap((text, index) => of(`${AUTHORITIES}${index}.crt`, text)),
    ...of(String.raw`${DATA}\slipway\before.ps1`, hooks.before),
    ...of(String.raw`${DATA}\slipway\after.ps1`, hooks.after),
  ]
}

function proxies({ proxy, noProxy = [] }: BootstrapInput): string[] {
  if (!proxy) return []
  const direct = ['localhost', '127.0.0.1', '169.254.169.254', ...noProxy].join(',')
  return [`HTTP_PROXY=${proxy}`, `HTTPS_PROXY=${proxy}`, `NO_PROXY=${direct}`]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function list(texts: readonly string[]): string {
  return `@(${texts.map(quoted).join(', ')})`
}
