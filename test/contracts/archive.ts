import { afterEach, describe, expect, it } from 'vitest'
import { NotFound, Transient } from '../../src/domain/errors.ts'
import { logName, type Archive, type LogFacts } from '../../src/domain/ports/archive.ts'

export interface ArchiveUnderTest {
  readonly archive: Archive
  readonly owner: string
  /** Every name under the archive's place, whole or not, of whomever. */
  everything(): Promise<string[]>
  /** Puts something there that is none of ours, under this name. */
  plant(name: string): Promise<void>
  close(): Promise<void>
}

const noon = Date.parse('2026-11-24T12:00:00Z')
const day = 86_400_000

export function someFacts(patch: Partial<LogFacts> = {}): LogFacts {
  const job = { key: 'github/48291/1', repository: 'acme/widgets', workflow: 'ci', name: 'büild “x”' }
  return {
    agent: 'kq3xa7',
    pool: 'linux',
    machine: 'm1',
    source: 'github',
    scope: 'acme',
    job,
    beganAt: noon - 60_000,
    endedAt: noon,
    exit: { kind: 'finished', exitCode: 0, detail: 'ended by itself with exit code 0' },
    ...patch,
  }
}

export async function* chunksOf(...chunks: (string | Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
}

/** What every archive promises. */
export function archiveContract(name: string, open: () => Promise<ArchiveUnderTest>): void {
  describe(`archive: ${name}`, () => {
    let under: ArchiveUnderTest
    afterEach(() => under.close())
    const signal = new AbortController().signal

    async function put(facts: LogFacts, ...chunks: (string | Uint8Array | Error)[]) {
      const named = logName(under.owner, facts)
      return { named, ...(await under.archive.put({ name: named, facts, content: chunksOf(...chunks) }, signal)) }
    }

    async function read(named: string): Promise<string> {
      const parts: Uint8Array[] = []
      for await (const part of await under.archive.get(named)) parts.push(part)
      return Buffer.concat(parts).toString()
    }

    it('gives back what it was given, byte for byte, and tells where it is', async () => {
      under = await open()
      const text = 'line\n\u001b[31mred\u001b[0m\r\nüñ\u0000 end without a newline'
      const { named, url, bytes } = await put(someFacts(), text.slice(0, 9), text.slice(9))
      expect(await read(named)).toBe(text)
      expect(bytes).toBe(Buffer.byteLength(text))
      expect(decodeURIComponent(new URL(url).pathname)).toMatch(new RegExp(`${named}$`))
      expect(new URL(url).search).toBe('')
    })

    it('keeps logs of many blocks', async () => {
      under = await open()
      const block = Buffer.alloc(1_500_000, 'abcdefghijklmnop\n')
      const { named, bytes } = await put(someFacts(), block, block, block, block, block, block)
      expect(bytes).toBe(9_000_000)
      expect(Buffer.from(await read(named)).equals(Buffer.concat([block, block, block, block, block, block]))).toBe(
        true,
      )
    })

    it('keeps an empty log', async () => {
      under = await open()
      const { named, bytes } = await put(someFacts())
      expect(bytes).toBe(0)
      expect(await read(named)).toBe('')
    })

    it('puts the same name in the place of what was there, and doubles nothing', async () => {
      under = await open()
      const first = await put(someFacts(), 'first, which was longer')
      const second = await put(someFacts(), 'second')
      expect(second.url).toBe(first.url)
      expect(await read(second.named)).toBe('second')
      expect(await under.everything()).toHaveLength(1)
    })

    it('keeps nothing of a log that breaks off, nor spoils the one that was there', async () => {
      under = await open()
      const facts = someFacts()
      const block = Buffer.alloc(5_000_000, 'x')
      await expect(put(facts, block, new Transient('the engine is gone'))).rejects.toThrow('the engine is gone')
      await expect(read(logName(under.owner, facts))).rejects.toBeInstanceOf(NotFound)
      expect(await under.everything()).toEqual([])
      await put(facts, 'whole')
      await expect(put(facts, block, block, new Transient('gone again'))).rejects.toThrow('gone again')
      expect(await read(logName(under.owner, facts))).toBe('whole')
    })

    it('gives up when told to, and keeps nothing', async () => {
      under = await open()
      const stop = new AbortController()
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (let count = 0; ; count++) {
          if (count === 3) stop.abort(new Error('the patience is over'))
          yield Buffer.alloc(100_000, 'x')
        }
      }
      const facts = someFacts()
      const putting = under.archive.put({ name: logName(under.owner, facts), facts, content: endless() }, stop.signal)
      await expect(putting).rejects.toThrow('the patience is over')
      expect(await under.everything()).toEqual([])
    })

    it('says NotFound for a log that is not there, and for names that it never gave', async () => {
      under = await open()
      await expect(read(logName(under.owner, someFacts()))).rejects.toBeInstanceOf(NotFound)
      for (const odd of ['', '../../etc/passwd', `${under.owner}/2026-11-24/../../../etc/passwd.log`, '/etc/passwd'])
        await expect(read(odd)).rejects.toBeInstanceOf(NotFound)
    })

    it('removes days that are over, and nothing else', async () => {
      under = await open()
      const old = await put(someFacts({ agent: 'old', endedAt: noon - 3 * day }), 'old')
      const bare = await put(someFacts({ agent: 'bare', endedAt: noon - 3 * day, job: undefined }), 'bare')
      const recent = await put(someFacts({ agent: 'recent', endedAt: noon - day }), 'recent')
      await under.plant('other/2026-11-20/github/no-job/theirs.log')
      await under.plant(`${under.owner}/2026-11-20/notes.txt`)
      await under.plant(`${under.owner}x/2026-11-20/github/no-job/alike.log`)
      const rest = [
        'other/2026-11-20/github/no-job/theirs.log',
        `${under.owner}/2026-11-20/notes.txt`,
        recent.named,
        `${under.owner}x/2026-11-20/github/no-job/alike.log`,
      ]

      expect(await under.archive.prune(noon - 4 * day, 100)).toBe(0)
      expect(await under.archive.prune(noon - 2 * day, 100)).toBe(2)
      expect((await under.everything()).toSorted()).toEqual(rest.toSorted())
      expect(await under.archive.prune(noon - 2 * day, 100)).toBe(0)
      for (const gone of [old, bare]) await expect(read(gone.named)).rejects.toBeInstanceOf(NotFound)
      expect(await read(recent.named)).toBe('recent')
    })

    it('keeps a day to its end: retention never cuts it short', async () => {
      under = await open()
      const { named } = await put(someFacts({ endedAt: Date.parse('2026-11-24T00:00:00Z') }), 'x')
      expect(await under.archive.prune(Date.parse('2026-11-24T23:59:59.999Z'), 100)).toBe(0)
      expect(await read(named)).toBe('x')
      expect(await under.archive.prune(Date.parse('2026-11-25T00:00:00Z'), 100)).toBe(1)
    })

    it('removes no more at a time than it may', async () => {
      under = await open()
      for (let agent = 0; agent < 12; agent++)
        await put(someFacts({ agent: `a${agent}`, endedAt: noon - (3 + (agent % 3)) * day }), 'x')
      expect(await under.archive.prune(noon, 5)).toBe(5)
      expect(await under.everything()).toHaveLength(7)
      expect(await under.archive.prune(noon, 100)).toBe(7)
      expect(await under.everything()).toEqual([])
    })

    it('examines itself by writing, and leaves nothing', async () => {
      under = await open()
      const findings = await under.archive.examine()
      expect(findings[0]).toMatchObject({ about: 'archive', level: 'ok' })
      expect(await under.everything()).toEqual([])
    })
  })
}
