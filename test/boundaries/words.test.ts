import { describe, expect, it } from 'vitest'
import { misplacedWords } from './words.ts'

describe('misplacedWords', () => {
  it.each([
    ['src/reconciler/plan.ts', 'const now = new Date( )', 'new Date( )'],
    ['src/planner/demand/share.ts', 'return Math.random()', 'Math.random'],
    ['src/domain/jobs/job.ts', "process.env['HOME']", 'process.env'],
  ])('finds one in %s', (file, text, word) => {
    expect(misplacedWords(file, `// first line\n${text}`)).toMatchObject([{ file, line: 2, word }])
  })

  it.each([
    ['src/reconciler/plan.ts', 'new Date(at).toISOString()'],
    ['src/kit/backoff.ts', 'random = Math.random'],
  ])('lets %s say %s', (file, text) => {
    expect(misplacedWords(file, text)).toEqual([])
  })
})
