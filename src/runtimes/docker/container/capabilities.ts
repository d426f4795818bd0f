import type { IsolationPolicy } from '../../../domain/pool.ts'

/** Kept by every agent: none. The stock runner images work as an ordinary user and need no capability. */
export const BASE_CAPABILITIES: readonly string[] = []

/**
 * What `sudo` itself and package managers under it need: change user and group, write the audit record, own and open
 * the files of others, set modes, end processes of others. No network, mount, module or trace capability.
 */
export const SUDO_CAPABILITIES: readonly string[] = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
]

/** The capabilities of an agent's container, sorted, without `CAP_`. All others are dropped. */
export function capabilitiesOf(policy: IsolationPolicy): string[] {
  const named = policy.capabilities.map((name) => name.toUpperCase().replace(/^CAP_/, ''))
  return [...new Set([...BASE_CAPABILITIES, ...(policy.sudo ? SUDO_CAPABILITIES : []), ...named])].sort()
}
