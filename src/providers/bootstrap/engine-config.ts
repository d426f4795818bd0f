import { defaults, type BootstrapInput } from './input.ts'

/** Where the key pair of a machine lies, as the engine names it. */
export interface TlsPaths {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** What both systems' engines are told by their `daemon.json`: whom they let in, and what they may fill. */
export function commonEngineConfig(input: BootstrapInput, tls: TlsPaths): Record<string, unknown> {
  return {
    tlsverify: true,
    tlscacert: tls.ca,
    tlscert: tls.cert,
    tlskey: tls.key,
    'log-driver': 'json-file',
    'log-opts': { 'max-size': input.logMaxSize ?? defaults.logMaxSize, 'max-file': '2' },
    ...(input.registryMirror && { 'registry-mirrors': [input.registryMirror] }),
  }
}

export function linuxEngineConfig(input: BootstrapInput, tls: TlsPaths): string {
  return json({
    ...commonEngineConfig(input, tls),
    // Containers of one network can't reach one another unless their network says otherwise.
    icc: false,
    // By itself an engine takes 172.17 and on, and hides from agents whatever has such an address around them: a network
    // of yours, or the host that a machine is a container of.
    'default-address-pools': [{ base: '100.127.0.0/16', size: 24 }],
    // Agents outlive a restart of the engine.
    'live-restore': true,
    // The slow one that an engine falls back to by itself would copy every image for every container.
    'storage-driver': 'overlay2',
  })
}

export function windowsEngineConfig(input: BootstrapInput, tls: TlsPaths): string {
  return json({
    ...commonEngineConfig(input, tls),
    hosts: ['npipe://', 'tcp://0.0.0.0:2376'],
    'exec-opts': [`isolation=${input.isolation ?? 'process'}`],
  })
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
