import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { Transient } from '../../../domain/errors.ts'
import type { Host } from '../host.ts'
import { archiveOf, type Part } from './archive.ts'
import { errorIn } from './pull.ts'

const run = promisify(execFile)

/** How a machine image is made without a network. */
export interface Recipe {
  /** Changes with everything that goes into the image. */
  readonly tag: string
  /** Makes it on the host's engine. */
  make(host: Host): Promise<void>
}

const REPOSITORY = 'slipway-machine'
const VERSION = 1

/** Without these there is no engine. */
const NEEDED = ['dockerd', 'containerd', 'containerd-shim-runc-v2', 'runc', 'iptables', 'sh', 'mount'] as const
const WANTED = `docker docker-proxy docker-init ip6tables iptables-save iptables-restore ip6tables-save
  ip6tables-restore ip ps
  setsid tar openssl nsenter modprobe sysctl mountpoint umount awk base64 basename cat chmod chown comm cp cut date dd df dirname
  du echo env expr false find getent grep head hostname id install kill ln ls mkdir mkfifo mknod mktemp mv nohup nproc
  od paste pgrep pidof printf pwd readlink realpath rm rmdir sed seq setsid sha256sum sleep sort stat sync tail tee test
  timeout touch tr true truncate uname uniq wc which xargs yes`.split(/\s+/)
/** Files beside the programs: authorities, names, and what tells the distribution. */
const FILES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/protocols', '/etc/services', '/etc/os-release']
/** Loaded by name, so that no program lists them. */
const PLUGINS = ['/usr/lib/*/xtables/*.so', '/usr/lib/xtables/*.so', '/lib/*/libnss_{dns,files}.so.2']

/**
 * The engine that is installed on this machine, with the programs around it and the libraries they need, as packages
 * of the distribution brought them. Undefined where this machine has none: then a published image is needed.
 */
export function createHostRecipe(): () => Promise<Recipe | undefined> {
  let known: Promise<Recipe | undefined> | undefined
  return () => (known ??= process.platform === 'linux' ? hostRecipe() : Promise.resolve(undefined))
}

async function hostRecipe(): Promise<Recipe | undefined> {
  const programs = await findPrograms([...NEEDED, ...WANTED])
  const names = new Set([...programs.keys()].map((path) => basename(path)))
  if (NEEDED.some((name) => !names.has(name))) return undefined
  const tag = await fingerprint(programs)
  return { tag: `${REPOSITORY}:${tag}`, make: async (host) => importParts(host, await partsOf(programs), tag) }
}

/** Of the programs alone: which libraries go with them is asked when the image is made. */
async function fingerprint(programs: ReadonlyMap<string, string>): Promise<string> {
  const print = createHash('sha256').update(String(VERSION))
  for (const [path, file] of programs) {
    const { size, mtimeMs } = await stat(file)
    print.update(`${path} ${file} ${size} ${mtimeMs}\n`)
  }
  return print.digest('hex').slice(0, 12)
}

async function importParts({ docker }: Host, parts: readonly Part[], tag: string): Promise<void> {
  const changes = ['LABEL slipway.machine-image=1', 'ENTRYPOINT ["dockerd"]']
  const request = { _query: { fromSrc: '-', repo: REPOSITORY, tag, changes }, _body: {} } as const
  const abortSignal = new AbortController().signal
  const said = await text(await docker.importImage(archiveOf(parts), { ...request, abortSignal }))
  const error = errorIn(said)
  if (error !== undefined) throw new Transient(`making the machine image: ${error}`)
}

/** Where this machine has them, by the path that they are started by, and what that leads to. */
async function findPrograms(names: readonly string[]): Promise<Map<string, string>> {
  const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
  const found = new Map<string, string>()
  for (const name of names) {
    for (const folder of folders) {
      const path = await realpath(`${folder}/${name}`).catch(() => undefined)
      if (path === undefined) continue
      found.set(await straight(`${folder}/${name}`), path)
      break
    }
  }
  return found
}

async function partsOf(programs: ReadonlyMap<string, string>): Promise<Part[]> {
  const legacy = await findPrograms(['xtables-legacy-multi'])
  const binaries = [...new Set([...programs.values(), ...legacy.values()])]
  const plugins = globSync(PLUGINS)
  const files = globSync(FILES)
  const libraries = await librariesOf([...binaries, ...plugins])
  const paths = [...new Set(await Promise.all([...binaries, ...plugins, ...libraries, ...files].map(straight)))].sort()
  const links = [...programs].filter(([path, to]) => path !== to)
  return [
    ...(await topLinks()),
    ...paths.map((path) => ({ kind: 'file' as const, path })),
    // Programs of several names, and names behind a link.
    ...links.map(([path, to]) => ({ kind: 'link' as const, path, to })),
    ...[...legacy.values()].flatMap(legacyLinks),
  ]
}

/** The older packet filter, where the published image has it too: for kernels that lack the newer one. */
function legacyLinks(to: string): Part[] {
  const names = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore']
  return names.map((name) => ({ kind: 'link', path: `/usr/local/sbin/.iptables-legacy/${name}`, to }))
}

/** Links between the folders of programs and libraries, as this machine has them: `/lib` may lead to `/usr/lib`. */
async function topLinks(): Promise<Part[]> {
  const links: Part[] = [{ kind: 'link', path: '/var/run', to: '/run' }]
  for (const path of ['/bin', '/sbin', '/lib', '/lib64']) {
    const to = await readlink(path).catch(() => undefined)
    if (to !== undefined) links.push({ kind: 'link', path, to })
  }
  return links
}

/** The same file by a path without linked folders. */
async function straight(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path))
}

/** What the dynamic linker would load for them. Programs without libraries are none of its business. */
async function librariesOf(programs: readonly string[]): Promise<string[]> {
  const listed = await Promise.all(
    programs.map((program) =>
      run('ldd', [program]).then(
        ({ stdout }) => stdout,
        () => '',
      ),
    ),
  )
  return [...new Set([...listed.join('\n').matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].flatMap(([, path]) => path ?? []))]
}
