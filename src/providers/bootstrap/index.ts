export { createAuthority, type Authority, type AuthorityOptions } from './authority/index.ts'
