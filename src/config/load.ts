import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { checkParts } from './checks/index.ts'
import { configOf, type Config } from './config.ts'
import { schemaTree } from './json-schema.ts'
import { partsOf } from './parts.ts'
import { readDocument } from './reading/document.ts'
import { findingsOf } from './reading/issues.ts'
import type { ConfigProblem, Finding, Path } from './reading/problem.ts'
import { resolveReferences } from './reading/references.ts'
import { configSchema } from './schema/root.ts'

export type Loaded =
  | {
      readonly ok: true
      readonly config: Config
      readonly warnings: readonly ConfigProblem[]
      /** Further files that it depends on: those of `file:` values and `caFile`. */
      readonly files: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[]; readonly warnings: readonly ConfigProblem[] }

/** Reads, resolves and checks the file. Never throws for what it holds: all that is wrong with it is in `problems`. */
export async function loadConfig(path: string, env: Readonly<Record<string, string | undefined>>): Promise<Loaded> {
  const file = basename(path)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    return { ok: false, problems: [unreadable(path, error)], warnings: [] }
  }
  const document = readDocument(text, file)
  if (document.tree === undefined) return { ok: false, problems: document.problems, warnings: [] }

  const resolved = await resolveReferences(document.tree, path, env)
  const parsed = configSchema.safeParse(resolved.tree)
  const refused = findingsOf(parsed.error?.issues ?? [], schemaTree(), document.tree)
  const { errors, warnings } = checkParts(partsOf(resolved.tree))
  const caFindings = parsed.success ? await checkCaFile(configOf(parsed.data, path)) : []
  const findings = [...resolved.findings, ...[...refused, ...errors, ...caFindings].filter(notBelow(resolved.findings))]

  const problems = [...document.problems, ...findings.map(document.locate)].sort(byPlace)
  const places = warnings.filter(notBelow(findings)).map(document.locate).sort(byPlace)
  if (problems.length > 0 || !parsed.success) return { ok: false, problems, warnings: places }
  const config = configOf(parsed.data, path)
  const files = [...resolved.files, ...(config.caFile === undefined ? [] : [config.caFile])]
  return { ok: true, config, warnings: places, files }
}

/** A value that could not be resolved is reported once, not again for being empty. */
function notBelow(unresolved: readonly Finding[]): (finding: Finding) => boolean {
  return ({ path }) => !unresolved.some((other) => isBelow(path, other.path))
}

function isBelow(path: Path, parent: Path): boolean {
  return parent.every((step, index) => path[index] === step)
}

async function checkCaFile({ caFile }: Config): Promise<Finding[]> {
  if (caFile === undefined) return []
  try {
    if ((await readFile(caFile, 'utf8')).includes('-----BEGIN CERTIFICATE-----')) return []
    return [{ path: ['caFile'], reason: `${caFile} holds no certificate`, mend: 'It must be a PEM file.' }]
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const mend = 'The path is relative to the configuration file; Slipway must be allowed to read it.'
    return [{ path: ['caFile'], reason: `${caFile} can't be read (${code ?? String(error)})`, mend }]
  }
}

function unreadable(path: string, error: unknown): ConfigProblem {
  const { code } = error as NodeJS.ErrnoException
  const missing = code === 'ENOENT'
  return {
    file: path,
    path: '',
    line: 0,
    column: 0,
    reason: missing ? 'the file does not exist' : `the file can't be read (${code ?? String(error)})`,
    mend: missing
      ? 'Name it with --config, or begin with the example: config/slipway.example.yaml.'
      : 'It must be a file that Slipway may read.',
  }
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return a.line - b.line || a.column - b.column
}
