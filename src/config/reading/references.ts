import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Finding, Path } from './problem.ts'
import { nearest } from './nearest.ts'

export interface Resolved {
  /** The tree with every `${ENV}` and `file:` replaced. */
  readonly tree: unknown
  readonly findings: readonly Finding[]
  /** Absolute paths of the files that values came from. */
  readonly files: readonly string[]
}

interface Context {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly folder: string
  readonly findings: Finding[]
  readonly files: string[]
}

/**
 * Replaces `${NAME}` in every string by the environment variable (`$${` stands for `${`), and a whole value of
 * `file:PATH`, relative to the configuration, by that file's text without its last newline. Keys are left alone.
 */
export async function resolveReferences(
  tree: unknown,
  configPath: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Resolved> {
  const context: Context = { env, folder: dirname(resolve(configPath)), findings: [], files: [] }
  return { tree: await resolveNode(tree, [], context), findings: context.findings, files: context.files }
}

async function resolveNode(node: unknown, path: Path, context: Context): Promise<unknown> {
  if (typeof node === 'string') return resolveText(node, path, context)
  if (Array.isArray(node)) {
    const items: unknown[] = []
    for (const [index, item] of node.entries()) items.push(await resolveNode(item, [...path, index], context))
    return items
  }
  if (typeof node !== 'object' || node === null) return node
  const entries: [string, unknown][] = []
  for (const [key, value] of Object.entries(node))
    entries.push([key, await resolveNode(value, [...path, key], context)])
  return Object.fromEntries(entries)
}

async function resolveText(written: string, path: Path, context: Context): Promise<string> {
  const text = interpolate(written, path, context)
  // Looked for in what was written: the content of a variable never makes us read a file.
  return written.startsWith('file:') ? readValue(text.slice('file:'.length).trim(), path, context) : text
}

function interpolate(written: string, path: Path, { env, findings }: Context): string {
  return written.replace(/\$\$\{|\$\{([^}]*)(\}?)/g, (match, name: string | undefined, end: string) => {
    if (match === '$${') return '${'
    if (!end || name === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      findings.push({
        path,
        reason: `\`${match}\` is no reference to an environment variable`,
        mend: 'Write `${NAME}`, or `$${` for a plain `${`.',
      })
      return ''
    }
    const value = env[name]
    if (value !== undefined) return value
    const like = nearest(name, Object.keys(env))
    findings.push({
      path,
      reason: `the environment variable ${name} is not set`,
      mend: `Set ${name} where Slipway starts, or write \`$\${\` for a plain \`\${\`.`,
      ...(like !== undefined && { nearest: like }),
    })
    return ''
  })
}

async function readValue(name: string, path: Path, { folder, findings, files }: Context): Promise<string> {
  const file = resolve(folder, name)
  files.push(file)
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'does not exist' : `can't be read (${code ?? String(error)})`
    findings.push({
      path,
      reason: `the file ${file} ${why}`,
      mend: 'Paths after `file:` are relative to the configuration file; Slipway must be allowed to read them.',
    })
    return ''
  }
}
