import { createAdminListener } from './admin.ts'
import { closeListener, listen } from './http/listener.ts'
import type { RunningServer, ServerOptions } from './options.ts'
import { createPublicListener } from './public.ts'

export type { RunningServer, ServerOptions } from './options.ts'

/** Requests under way when the service stops may take this long to finish. */
const CLOSE_GRACE_MS = 10_000

/**
 * Opens the listeners: `public` for the sources' hooks, if wanted, and `admin` for the API and the probes.
 * Rejects with SlipwayError, and leaves nothing open, when an address can't be had.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const admin = await createAdminListener(options)
  const hooks = options.listen.public && (await createPublicListener(options))
  const close = once(async () => {
    const apps = hooks ? [hooks, admin] : [admin]
    await Promise.all(apps.map((app) => closeListener(app, options.clock, CLOSE_GRACE_MS)))
  })
  try {
    const adminUrl = await listen(admin, options.listen.admin, 'server.admin.listen')
    const publicUrl =
      hooks && options.listen.public && (await listen(hooks, options.listen.public, 'server.public.listen'))
    return { publicUrl, adminUrl, close }
  } catch (error) {
    await close()
    throw error
  }
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= run())
}
