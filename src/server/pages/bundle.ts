import { readdir, readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { extname } from 'node:path'

/** A file of the console, as it is and compressed. */
export interface PageFile {
  readonly type: string
  readonly etag: string
  /** Its name changes with its content. */
  readonly immutable: boolean
  readonly body: Buffer
  readonly gzip?: Buffer
  readonly br?: Buffer
}

/** By path: `/index.html`, `/assets/main-abc123.js`. */
export type Bundle = ReadonlyMap<string, PageFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * All files of the folder, of the kinds that pages are made of. Only what was found here is ever served, by its exact
 * path, so that no path of a request reaches the file system. Undefined: there is no console in it.
 */
export async function readBundle(directory: string): Promise<Bundle | undefined> {
  const paths = await pathsIn(directory)
  if (!paths.includes('/index.html')) return undefined
  const files = paths.filter((path) => types[extname(path)] !== undefined)
  return new Map(await Promise.all(files.map(async (path) => [path, await readPage(directory, path, paths)] as const)))
}

async function pathsIn(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath.slice(directory.length).replace(/\\/g, '/')}/${name}`)
      .map((path) => path.replace(/^\/*/, '/'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

async function readPage(directory: string, path: string, paths: readonly string[]): Promise<PageFile> {
  const body = await readFile(`${directory}${path}`)
  const beside = (suffix: string) =>
    paths.includes(`${path}${suffix}`) ? readFile(`${directory}${path}${suffix}`) : undefined
  const [gzip, br] = await Promise.all([beside('.gz'), beside('.br')])
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const type = types[extname(path)] ?? 'application/octet-stream'
  return { type, etag, immutable: path.startsWith('/assets/'), body, gzip, br }
}
