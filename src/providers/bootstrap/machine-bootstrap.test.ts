import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Refused } from '../../domain/errors.ts'
import type { BootstrapInput } from './input.ts'
import { machineBootstrap } from './machine-bootstrap.ts'
import { quoted, withInput } from './shell.ts'
import { without } from './windows/ranges.ts'

const pem = (what: string, letter: string) => `-----BEGIN ${what}-----\n${letter.repeat(64)}\n-----END ${what}-----\n`
const identity = { ca: pem('CERTIFICATE', 'A'), cert: pem('CERTIFICATE', 'B'), key: pem('PRIVATE KEY', 'C') }

const bare: BootstrapInput = {
  name: 'm1',
  owner: 'acme',
  os: 'linux',
  identity,
  images: [],
  allowPrivate: [],
  hooks: {},
  spotWatcher: false,
}
const full: BootstrapInput = {
  ...bare,
  images: ['registry.example.com/agent:2', 'docker:dind'],
  registryMirror: 'https://mirror.example.com',
  proxy: 'http://10.0.0.5:3128',
  noProxy: ['.example.com'],
  caBundle: pem('CERTIFICATE', 'D') + pem('CERTIFICATE', 'E'),
  allowPrivate: ['10.1.0.0/16', 'fd00:1::/64'],
  hooks: { before: '#!/bin/sh\necho before\n', after: 'echo after' },
  spotWatcher: true,
  logMaxSize: '50m',
  disk: { pruneAt: 90, pruneTo: 70 },
}

const shells = ['/bin/sh', '/bin/bash', '/bin/busybox'].filter((path) => existsSync(path))
const inShell = (path: string, args: string[], input = '') =>
  execFileSync(path, path.endsWith('busybox') ? ['sh', ...args] : args, { input, encoding: 'utf8' })

/** The content that a file gets, from the script. */
function fileIn(script: string, path: string): string {
  const start = script.indexOf(`put ${/\d+/.exec(script.slice(script.indexOf(` ${path} <<`) - 3))?.[0]} ${path} <<`)
  const [, end = '', body = ''] = /<<'([^']+)'\n([\s\S]*)/.exec(script.slice(start)) ?? []
  return body.slice(0, body.indexOf(`${end}\n`))
}

describe('the script of a machine', () => {
  const inputs: [string, BootstrapInput][] = [
    ['as bare as can be', bare],
    ['with everything', full],
  ]
  it.each(inputs)('is small, and no shell finds fault with it: %s', (_what, input) => {
    const { script, cloudInit, powershell } = machineBootstrap(input)
    expect(Buffer.byteLength(script)).toBeLessThan(40_000)
    expect(Buffer.byteLength(cloudInit)).toBeLessThan(20_000)
    expect(powershell).toBe('')
    for (const shell of shells) expect(inShell(shell, ['-n'], script)).toBe('')
  })

  it('is what cloud-init writes and runs', () => {
    const { script, cloudInit } = machineBootstrap(full)
    expect(cloudInit.startsWith('#cloud-config\n')).toBe(true)
    const { write_files: files, runcmd } = parse(cloudInit) as {
      write_files: { path: string; permissions: string; encoding: string; content: string }[]
      runcmd: string[][]
    }
    expect(files).toMatchObject([{ path: runcmd[0]?.[1], permissions: '0700', encoding: 'gz+b64' }])
    expect(gunzipSync(Buffer.from(files[0]?.content ?? '', 'base64')).toString()).toBe(script)
    expect(runcmd).toEqual([['sh', '/var/lib/slipway/bootstrap.sh']])
  })

  it('tells the engine whom to let in, and what it may fill', () => {
    expect(JSON.parse(fileIn(machineBootstrap(full).script, '/etc/docker/daemon.json'))).toEqual({
      tlsverify: true,
      tlscacert: '/etc/slipway/tls/ca.pem',
      tlscert: '/etc/slipway/tls/cert.pem',
      tlskey: '/etc/slipway/tls/key.pem',
      'log-driver': 'json-file',
      'log-opts': { 'max-size': '50m', 'max-file': '2' },
      'registry-mirrors': ['https://mirror.example.com'],
      icc: false,
      'default-address-pools': [{ base: '100.127.0.0/16', size: 24 }],
      'live-restore': true,
      'storage-driver': 'overlay2',
    })
  })

  it('closes private networks but those that are allowed, and the proxy', () => {
    const rules = fileIn(machineBootstrap(full).script, '/etc/slipway/host-rules.sh').split('\n')
    const at = (words: string) => rules.findIndex((rule) => rule.includes(words))
    expect(at('-A SLIPWAY-AGENTS -d 10.1.0.0/16 -j RETURN')).toBeGreaterThan(at('--dports 2375,2376'))
    expect(at('-A SLIPWAY-AGENTS -d 10.1.0.0/16 -j RETURN')).toBeLessThan(at('-A SLIPWAY-AGENTS -d 10.0.0.0/8'))
    expect(at('-A SLIPWAY-AGENTS -d 10.0.0.5 -p tcp --dport 3128 -j RETURN')).toBeGreaterThan(0)
    expect(at('ip6tables -w -A SLIPWAY-AGENTS -d fd00:1::/64 -j RETURN')).toBeGreaterThan(0)
    for (const bridge of ['slw+', 'docker+', 'br-+']) expect(at(`-I INPUT 1 -i ${bridge} `)).toBeGreaterThan(0)
  })

  it('opens no hole for a proxy that has a name', () => {
    const { script } = machineBootstrap({ ...bare, proxy: 'http://proxy.example.com:3128' })
    expect(fileIn(script, '/etc/slipway/host-rules.sh')).not.toMatch(/3128|proxy/)
  })

  it('carries the owner’s scripts to the letter', () => {
    const { script } = machineBootstrap(full)
    expect(fileIn(script, '/var/lib/slipway/before')).toBe('#!/bin/sh\necho before\n')
    expect(fileIn(script, '/var/lib/slipway/after')).toBe('echo after\n')
    expect(machineBootstrap(bare).script).not.toContain('/var/lib/slipway/before <<')
  })

  it('is refused when the owner’s scripts make it larger than clouds take', () => {
    const before = 'x'.repeat(45_000)
    expect(() => machineBootstrap({ ...bare, hooks: { before } })).toThrow(Refused)
    expect(() => machineBootstrap({ ...bare, hooks: { before } })).toThrow(/65535 are the most.*bootstrap\.before/)
  })
})

const hostile = [
  "it's",
  '$(touch /tmp/x) `id` "$HOME" \\',
  'SLIPWAY\nSLIPWAY-\nEOF',
  "'; rm -rf /; '",
  '\ttabs and ümlaut',
]
describe.each(shells)('text in %s', (shell) => {
  it.each(hostile)('stays what it is: %j', (text) => {
    expect(inShell(shell, ['-c', `printf %s ${quoted(text)}`])).toBe(text)
    expect(inShell(shell, ['-c', withInput('cat', text)])).toBe(`${text}\n`)
    expect(inShell(shell, ['-c', withInput('cat', `${text}\n`)])).toBe(`${text}\n`)
  })
})

describe('for Windows', () => {
  const { powershell, script, cloudInit } = machineBootstrap({ ...full, os: 'windows', isolation: 'hyperv' })
  const written = Object.fromEntries(
    [...powershell.matchAll(/Write-Text '([^']+)' '([^']+)'/g)].map(([, path = '', text = '']) => [
      path,
      Buffer.from(text, 'base64').toString(),
    ]),
  )

  it('is PowerShell alone, and small', () => {
    expect([script, cloudInit]).toEqual(['', ''])
    expect(Buffer.byteLength(powershell)).toBeLessThan(20_000)
  })

  it('writes the key pair, the engine’s settings, authorities one by one, and the owner’s scripts', () => {
    const data = 'C:\\ProgramData'
    expect(written).toMatchObject({
      [`${data}\\docker\\tls\\ca.pem`]: identity.ca,
      [`${data}\\docker\\tls\\key.pem`]: identity.key,
      [`${data}\\slipway\\before.ps1`]: full.hooks.before,
      [`${data}\\slipway\\after.ps1`]: full.hooks.after,
      [`${data}\\slipway\\authorities\\1.crt`]: pem('CERTIFICATE', 'E').trim(),
    })
    expect(JSON.parse(written[`${data}\\docker\\config\\daemon.json`] ?? '')).toEqual({
      tlsverify: true,
      tlscacert: `${data}\\docker\\tls\\ca.pem`,
      tlscert: `${data}\\docker\\tls\\cert.pem`,
      tlskey: `${data}\\docker\\tls\\key.pem`,
      'log-driver': 'json-file',
      'log-opts': { 'max-size': '50m', 'max-file': '2' },
      'registry-mirrors': ['https://mirror.example.com'],
      hosts: ['npipe://', 'tcp://0.0.0.0:2376'],
      'exec-opts': ['isolation=hyperv'],
    })
  })

  it('quotes what it is told', () => {
    const text = machineBootstrap({ ...bare, os: 'windows', owner: "a'c", images: ["x'; Remove-Item C:\\"] }).powershell
    expect(text).toContain("$Owner = 'a''c'")
    expect(text).toContain("$Images = @('x''; Remove-Item C:\\')")
  })

  it('protects the key before it is written, and leaves the mark last', () => {
    const order = [
      'Protect "$Engine\\tls"',
      '    Write-Files',
      'Set-Firewall\n',
      '    Start-Engine\n',
      'volume create --label',
    ]
    const at = order.map((words) => powershell.lastIndexOf(words))
    expect(at).toEqual([...at].sort((a, b) => a - b))
    expect(at[0]).toBeGreaterThan(0)
  })

  const ranges: [string, string[], string[]][] = [
    ['nothing', [], ['10.0.0.0-10.255.255.255']],
    ['a network', ['10.1.0.0/16'], ['10.0.0.0-10.0.255.255', '10.2.0.0-10.255.255.255']],
    ['the first address', ['10.0.0.0'], ['10.0.0.1-10.255.255.255']],
    ['all', ['10.0.0.0/8'], []],
    ['something else', ['192.168.0.0/16', 'fd00::/8'], ['10.0.0.0-10.255.255.255']],
    ['two', ['10.255.255.255/32', '10.0.0.0/9'], ['10.128.0.0-10.255.255.254']],
  ]
  it.each(ranges)('blocks a private network but for %s', (_what, allowed, expected) => {
    expect(without(['10.0.0.0/8'], allowed)).toEqual(expected)
  })
})

describe('the prepared image', () => {
  it('installs by the bootstrap’s own functions', () => {
    const bootstrap = readFileSync(new URL('./linux/machine.sh', import.meta.url), 'utf8')
    const prepare = readFileSync('agent-images/machine/prepare.sh', 'utf8')
    for (const name of ['missing_packages', 'install_with_apt', 'install_engine', 'choose_packet_filter']) {
      const body = new RegExp(`^${name}\\(\\) \\{[\\s\\S]*?^\\}`, 'm').exec(bootstrap)?.[0]
      expect(body).toBeDefined()
      expect(prepare).toContain(body)
    }
    for (const shell of shells) expect(inShell(shell, ['-n'], prepare)).toBe('')
  })
})
