import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type Docker from 'dockerode'

const run = promisify(execFile)

/** What is in the image, and so its version: changing it makes another image. */
const PACKAGES = ['docker.io', 'iptables', 'iproute2', 'ca-certificates', 'busybox-static']
const CONTENT = createHash('sha256').update(PACKAGES.join()).digest('hex').slice(0, 12)
const IMAGE = `slipway-test/engine:${CONTENT}`

export function canMakeEngineImage(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/sbin/debootstrap')
}

/**
 * An image with an engine in it, made from the distribution's packages because nothing can be pulled. It takes about
 * a minute, so it is kept under the version of its content.
 */
export async function engineImage(docker: Docker): Promise<string> {
  const there = await docker.listImages({ filters: { reference: [IMAGE] } })
  if (there.length > 0) return IMAGE
  const folder = await mkdtemp('/var/tmp/slipway-engine-')
  const root = join(folder, 'root')
  try {
    await bootstrap(root)
    await run('sh', ['-c', `tar -C ${root} -c . | docker import --change 'CMD ["dockerd"]' - ${IMAGE}`])
    return IMAGE
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bootstrap(root: string): Promise<void> {
  await mkdir(root)
  const { codename, ubuntu } = await distribution()
  // Newer releases have the client in a package of its own.
  const client = await run('apt-cache', ['show', 'docker-cli']).then(
    () => ['docker-cli'],
    () => [],
  )
  const include = `--include=${[...PACKAGES, ...client].join()}`
  const components = ubuntu ? ['--components=main,universe'] : []
  await run('debootstrap', ['--variant=minbase', include, ...components, codename, root], { maxBuffer: 2 ** 26 })
  // Nested engines do without the newer packet filter.
  await run('chroot', [root, 'update-alternatives', '--set', 'iptables', '/usr/sbin/iptables-legacy'])
  for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'var/cache/apt', 'var/lib/apt/lists']) {
    await rm(join(root, folder), { recursive: true, force: true })
  }
}

async function distribution(): Promise<{ codename: string; ubuntu: boolean }> {
  const text = await readFile('/etc/os-release', 'utf8')
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1]
  if (!codename) throw new Error('/etc/os-release names no release')
  return { codename, ubuntu: /^ID=ubuntu$/m.test(text) }
}
