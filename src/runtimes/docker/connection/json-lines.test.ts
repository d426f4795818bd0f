import { expect, it } from 'vitest'
import { Transient } from '../../../domain/errors.ts'
import { jsonLines } from './json-lines.ts'

async function collect(chunks: readonly (string | Buffer)[]) {
  const found: unknown[] = []
  for await (const value of jsonLines(chunks.values() as unknown as AsyncIterable<Buffer>)) found.push(value)
  return found
}

it('joins lines that were cut anywhere, within a character too', async () => {
  const text = Buffer.from('{"a":"ü"}\r\n\n{"b":2}\n{"c":3}')
  const chunks = Array.from(text, (byte) => Buffer.from([byte]))
  expect(await collect(chunks)).toEqual([{ a: 'ü' }, { b: 2 }, { c: 3 }])
})

it.each(['not json', '"a text"', 'null'])('is Transient at %s', async (line) => {
  await expect(collect([`${line}\n`])).rejects.toThrow(Transient)
})
