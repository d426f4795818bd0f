import { readFile } from 'node:fs/promises'
import type { Environment } from './env.ts'
import { readDocument } from './reading/document.ts'
import { resolveReferences } from './reading/references.ts'
import { resolve, dirname } from 'node:path'
import { serverSchema, storeSchema } from './schema/server.ts'

/** How a command on the same host reaches the service of a configuration. */
export interface LocalService {
  /** `http://127.0.0.1:8081` */
  readonly url: string
  /** Where the service leaves its own admin token. */
  readonly tokenPath: string
  /** How the outside reaches the public listener, if the file says so. */
  readonly publicUrl?: string
}

/**
 * Looks only at `server` and `store`, so that it works without the secrets that the rest of the file asks for.
 * Undefined when there is no such file, or those parts can't be understood.
 */
export async function localService(configPath: string, env: Environment): Promise<LocalService | undefined> {
  const text = await readFile(configPath, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { tree } = readDocument(text, configPath)
  if (typeof tree !== 'object' || tree === null) return undefined
  const parts = { server: Reflect.get(tree, 'server'), store: Reflect.get(tree, 'store') }
  const resolved = (await resolveReferences(parts, configPath, env)).tree as typeof parts
  const server = serverSchema.safeParse(resolved.server)
  const store = storeSchema.safeParse(resolved.store)
  if (!server.success || !store.success) return undefined
  const { host, port } = server.data.admin.listen
  const publicUrl = server.data.public.url
  const path = resolve(dirname(resolve(configPath)), store.data.path)
  return {
    url: `http://${reachable(host)}:${port}`,
    tokenPath: `${path}.token`,
    ...(publicUrl !== undefined && { publicUrl }),
  }
}

/** A listener on every address is reached over loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
