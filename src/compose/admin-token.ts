import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import type { Operations } from '../domain/ports/operations.ts'

const NAME = 'local-admin'

/**
 * Leaves an admin token beside the database, readable by the service's user only, so that commands on the same host
 * work without any set-up. Made anew when the file is lost or its token no longer counts.
 */
export async function leaveAdminToken(operations: Operations, path: string): Promise<void> {
  const held = await readFile(path, 'utf8').catch(() => undefined)
  if (held && (await operations.authenticate(held.trim()))) return
  const stale = (await operations.tokens()).some((token) => token.name === NAME && token.revokedAt === undefined)
  if (stale) await operations.revokeToken(NAME, 'slipway')
  const { secret } = await operations.createToken({ name: NAME, roles: ['admin'] }, 'slipway')
  await rm(path, { force: true })
  await writeFile(path, `${secret}\n`, { mode: 0o600 })
  await chmod(path, 0o600)
}
