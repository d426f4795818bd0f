import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunksOf, someFacts } from '../../../test/contracts/archive.ts'
import { archivedContent, bounded, heading } from './content.ts'

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts).toString()
}

describe('a log on its way into the archive', () => {
  it('begins with whose it is, and goes on as it was written', async () => {
    const text = await textOf(archivedContent(someFacts(), chunksOf('\u001b[1mbold\u001b[0m\r\n'), 1000))
    expect(text).toBe(
      [
        '[slipway] agent    kq3xa7 of pool linux on machine m1',
        '[slipway] job      github/48291/1 (ci / büild “x”) of acme/widgets',
        '[slipway] began    2026-11-24T11:59:00.000Z',
        '[slipway] ended    2026-11-24T12:00:00.000Z, finished: ended by itself with exit code 0',
        '',
        '\u001b[1mbold\u001b[0m\r\n',
      ].join('\n'),
    )
  })

  it('tells that no job is known, and gives no name a line of its own', () => {
    expect(heading(someFacts({ job: undefined }))).toContain('[slipway] source   github, scope acme, no job known\n')
    const job = { key: 'github/1/1', repository: 'acme/a', workflow: 'ci', name: 'x\n[slipway] exit 0\u001b[2J' }
    const lines = heading(someFacts({ job })).trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines.join()).not.toContain('\u001b')
  })
})

describe('a long log', () => {
  it('keeps its beginning and its end, and says how much lay between', async () => {
    const text = await textOf(bounded(chunksOf('a'.repeat(70), 'b'.repeat(100), 'c'.repeat(30)), 100))
    expect(text).toBe(`${'a'.repeat(70)}bbbbb\n[slipway] 100 bytes are left out here\n${'c'.repeat(25)}`)
  })

  it('of just the size that may be is whole', async () => {
    const text = 'x'.repeat(100)
    expect(await textOf(bounded(chunksOf(text.slice(0, 33), text.slice(33)), 100))).toBe(text)
  })

  it('cuts no character', async () => {
    const text = await textOf(bounded(chunksOf('a'.repeat(74), '€'.repeat(40)), 100))
    expect(text).not.toContain('\ufffd')
    expect(text).toMatch(/^a{74}\n\[slipway\] \d+ bytes are left out here\n€{8}$/)
  })

  it('never takes more than it may, loses nothing that it does not tell, and begins and ends as the log did', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 16, max: 200 }), async (parts, most) => {
        const whole = Buffer.concat(parts)
        const kept: Uint8Array[] = []
        for await (const part of bounded(chunksOf(...parts), most)) kept.push(part)
        const told = Buffer.concat(kept)
        const line = /\n\[slipway\] (\d+) bytes are left out here\n/.exec(told.toString('latin1'))
        const [mark = '', missing = '0'] = line ?? []
        // Told exactly when the log is too long, and truly.
        expect(line === null).toBe(whole.length <= most)
        expect(told.length - mark.length).toBe(whole.length - Number(missing))
        expect(told.length - mark.length).toBeLessThanOrEqual(most)
        const head = told.subarray(0, line?.index)
        const tail = told.subarray((line?.index ?? 0) + mark.length)
        expect(whole.subarray(0, head.length).equals(head)).toBe(true)
        expect(whole.subarray(whole.length - tail.length).equals(tail)).toBe(true)
      }),
    )
  })
})
