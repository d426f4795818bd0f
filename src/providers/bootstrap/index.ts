export { createAuthority, type Authority, type AuthorityOptions } from './authority/index.ts'
export type { BootstrapInput } from './input.ts'
export { machineBootstrap, type MachineBootstrap } from './machine-bootstrap.ts'
