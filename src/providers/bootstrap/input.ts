import type { Os } from '../../domain/pool.ts'
import type { TlsMaterial } from '../../domain/ports/provider.ts'

/** All that makes one machine's bootstrap. */
export interface BootstrapInput {
  /** Name of the machine: what its certificate proves, and what the cloud's events call it. */
  readonly name: string
  readonly owner: string
  readonly os: Os
  /** Of `Authority.issue`, for this name. The only secret in here. */
  readonly identity: TlsMaterial
  /** Fetched ahead of need, and spared when the disk fills. */
  readonly images: readonly string[]
  readonly registryMirror?: string
  /** For the engine and the packages' tools. Given as an address, agents may reach it without more. */
  readonly proxy?: string
  readonly noProxy?: readonly string[]
  /** Authorities in PEM that the machine trusts beside the public ones. */
  readonly caBundle?: string
  /** Private addresses and networks (`10.1.0.0/16`, `10.1.2.3:443`) that agents may reach; all others are closed. */
  readonly allowPrivate: readonly string[]
  /** The fleet owner's own scripts: in a shell on Linux, in PowerShell on Windows. */
  readonly hooks: { readonly before?: string; readonly after?: string }
  /** Whether to follow the cloud's scheduled events. */
  readonly spotWatcher: boolean
  /** Of each of the two files that a container's output is kept in; `10m` unless said. */
  readonly logMaxSize?: string
  /** Percent of the disk: images are removed from `pruneAt` on until `pruneTo`. 80 and 60 unless said. */
  readonly disk?: { readonly pruneAt: number; readonly pruneTo: number }
  /** What containers run in on Windows unless they say: `process` unless said. */
  readonly isolation?: 'process' | 'hyperv'
}

/** What the cloud takes as a machine's first data. */
export const MOST_BYTES = 65_535

export const defaults = { logMaxSize: '10m', disk: { pruneAt: 80, pruneTo: 60 } } as const
