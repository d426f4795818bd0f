import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { survey, type Survey } from './cruise.ts'
import { rooms } from './rooms.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))

/** Cruises a project of one file that holds `text`, beside a small file in every room and two packages. */
function surveyOf(file: string, text: string): Promise<Survey> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-boundaries-'))
  folders.push(folder)
  const files = {
    'package.json': '{"type": "module", "dependencies": {"zod": "1.0.0"}, "devDependencies": {"vitest": "1.0.0"}}',
    'node_modules/zod/package.json': '{"name": "zod", "version": "1.0.0", "type": "module", "exports": "./index.js"}',
    'node_modules/zod/index.js': 'export const z = 1',
    'node_modules/vitest/package.json': '{"name": "vitest", "version": "1.0.0", "exports": "./index.js"}',
    'node_modules/vitest/index.js': 'export const it = 1',
    'src/domain/job.ts': 'export interface Job { key: string }\nexport const one = 1',
    'src/kit/ids.ts': 'export const id = 1',
    'src/kit/schema.ts': "import { z } from 'zod'\nexport const cpu = z",
    'src/store/memory/index.ts': "import { one } from '../../domain/job.ts'\nexport const store = one",
    'src/sources/http/index.ts': "import { one } from '../../domain/job.ts'\nexport const http = one",
    'src/sources/http/schema.ts': "import { cpu } from '../../kit/schema.ts'\nexport const httpSchema = cpu",
    [file]: text,
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return survey(folder, rooms)
}

describe('the table of rooms', () => {
  it.each([
    ['a planner that reads the store', 'src/planner/bad.ts', '../store/memory/index.ts', 'planner: rooms'],
    ['a planner that uses a package', 'src/planner/bad.ts', 'zod', 'planner: packages'],
    ['a planner that uses Node', 'src/planner/bad.ts', 'node:fs', 'planner: pure'],
    ['a domain that reaches a package through kit', 'src/domain/bad.ts', '../kit/schema.ts', 'domain: pure to the end'],
    ['a kit that knows a word of ours', 'src/kit/bad.ts', '../domain/job.ts', 'kit: rooms'],
    ['a source that uses its sibling', 'src/sources/github/bad.ts', '../http/index.ts', 'github: rooms'],
    ['a source that uses a store', 'src/sources/github/bad.ts', '../../store/memory/index.ts', 'github: rooms'],
    ['a config that reads more than a schema', 'src/config/bad.ts', '../sources/http/index.ts', 'config: rooms'],
    ['a server that names an adapter', 'src/server/bad.ts', '../store/memory/index.ts', 'server: rooms'],
    ['a command that skips compose', 'src/cli/bad.ts', '../store/memory/index.ts', 'cli: rooms'],
    ['a package for development only', 'src/compose.ts', 'vitest', 'no development packages'],
    ['a file that is not there', 'src/compose.ts', './nowhere.ts', 'nothing unresolved'],
  ])('refuses %s', async (_case, file, target, rule) => {
    const { crossings } = await surveyOf(file, `import * as it from '${target}'\nexport const bad = it`)
    expect(crossings.filter((crossing) => crossing.from === file).map((crossing) => crossing.rule)).toContain(rule)
  })

  it('refuses an import of a type alone', async () => {
    const { crossings } = await surveyOf(
      'src/kit/bad.ts',
      "import type { Job } from '../domain/job.ts'\nexport type B = Job",
    )
    expect(crossings).toContainEqual({ rule: 'kit: rooms', from: 'src/kit/bad.ts', to: 'src/domain/job.ts' })
  })

  it('refuses a late import', async () => {
    const { crossings } = await surveyOf(
      'src/server/bad.ts',
      "export const bad = () => import('../store/memory/index.ts')",
    )
    expect(crossings.map((crossing) => crossing.rule)).toContain('server: rooms')
  })

  it('refuses a cycle', async () => {
    const { crossings } = await surveyOf(
      'src/domain/job.ts',
      "import { b } from './job.ts'\nexport const one = () => b",
    )
    expect(crossings.map((crossing) => crossing.rule)).toContain('no cycles')
  })

  it.each([
    ['src/config/good.ts', '../sources/http/schema.ts'],
    ['src/compose.ts', './store/memory/index.ts'],
    ['src/sources/http/good.ts', './index.ts'],
    ['src/sources/http/good.ts', 'zod'],
    ['src/planner/good.ts', '../domain/job.ts'],
    ['src/planner/good.ts', '../kit/ids.ts'],
  ])('lets %s import %s', async (file, target) => {
    const { crossings } = await surveyOf(file, `import * as it from '${target}'\nexport const good = it`)
    expect(crossings.filter((crossing) => crossing.from === file)).toEqual([])
  })

  it('counts what it saw, and names what no room claims', async () => {
    const { files, imports, unseen, homeless } = await surveyOf('src/cellar/index.ts', "import '../domain/job.ts'")
    expect({ files, unseen, homeless }).toEqual({ files: 7, unseen: [], homeless: ['src/cellar/index.ts'] })
    expect(imports).toBeGreaterThanOrEqual(5)
  })
})
