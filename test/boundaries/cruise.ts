import { globSync } from 'node:fs'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import type { Room } from './rooms.ts'
import { rulesOf } from './rules.ts'

export interface Crossing {
  readonly rule: string
  readonly from: string
  readonly to: string
}

export interface Survey {
  readonly files: number
  readonly imports: number
  readonly crossings: readonly Crossing[]
  /** Files on disk that the cruise did not see, and files that no room claims: neither is checked by anything. */
  readonly unseen: readonly string[]
  readonly homeless: readonly string[]
}

/** Cruises `src` under `baseDir` and holds every import against the table. */
export async function survey(baseDir: string, rooms: Readonly<Record<string, Room>>): Promise<Survey> {
  const result = await run(baseDir, rooms)
  const seen = new Set(result.modules.map((module) => module.source))
  const files = globSync('src/**/*.{ts,tsx}', { cwd: baseDir }).filter((file) => !/\.test\.tsx?$/.test(file))
  const patterns = Object.values(rooms).map((room) => new RegExp(room.files))
  const shared = /^src\/(sources|providers|runtimes|store)\/[^/]+\.ts$/
  return {
    files: files.length,
    imports: result.summary.totalDependenciesCruised ?? 0,
    crossings: result.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    unseen: files.filter((file) => !seen.has(file)),
    homeless: files.filter((file) => !shared.test(file) && !patterns.some((pattern) => pattern.test(file))),
  }
}

async function run(baseDir: string, rooms: Readonly<Record<string, Room>>): Promise<ICruiseResult> {
  const { output } = await cruise(
    ['src'],
    {
      baseDir,
      // TypeScript 7 has no API that the cruiser could parse with; without a parser it sees no file and says nothing.
      parser: 'swc',
      tsPreCompilationDeps: true,
      validate: true,
      ruleSet: { forbidden: rulesOf(rooms) },
      exclude: { path: '\\.test\\.tsx?$' },
      doNotFollow: { path: 'node_modules' },
    },
    { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  )
  if (typeof output === 'string') throw new Error(`the cruiser answered with a text: ${output}`)
  return output
}
