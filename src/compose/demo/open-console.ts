import { spawn } from 'node:child_process'
import type { DemoOptions } from '../../cli/index.ts'
import type { DemoView } from '../../demo/view.ts'
import type { Service } from '../service.ts'

/** Who made the token, for the journal. */
const BY = 'slipway'

const DAY_MS = 86_400_000

/**
 * Says where the console is, with a token of its own after the `#`, which no browser sends: the page logs in with it.
 * Opens it where there is a browser.
 */
export async function openConsole(
  { operations, adminUrl }: Service,
  view: DemoView,
  env: DemoOptions['env'],
): Promise<void> {
  const { secret } = await operations.createToken({ name: 'you', roles: ['admin'], ttlMs: DAY_MS }, BY)
  const url = `${adminUrl}/#token=${secret}`
  view.say(`Console: ${url}`)
  const opener = openerOf(process.platform, env)
  if (opener) open(opener, url)
}

/** The command that opens an address for people; undefined where nobody sits before a screen. */
function openerOf(platform: NodeJS.Platform, env: DemoOptions['env']): string | undefined {
  if (platform === 'darwin') return 'open'
  if (platform === 'linux' && (env['DISPLAY'] ?? env['WAYLAND_DISPLAY'])) return 'xdg-open'
  return undefined
}

/** Without one, the address is on the screen. */
function open(command: string, url: string): void {
  const child = spawn(command, [url], { stdio: 'ignore', detached: true })
  child.on('error', () => child.unref())
  child.unref()
}
