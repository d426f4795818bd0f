import { NotFound, Transient } from '../../src/domain/errors.ts'
import { dayOfLog, isDayBefore, type Archive } from '../../src/domain/ports/archive.ts'
import { faulty, type Faults } from './ports.ts'

/** An archive in memory, which the test may break. */
export interface FakeArchive extends Archive {
  readonly logs: Map<string, Buffer>
  /** Every name that was asked to be put, in order. */
  readonly asked: string[]
  mode: 'works' | 'fails' | 'hangs'
  /** The same archive, for a process that may die. */
  of(faults: Faults): Archive
}

export function createFakeArchive(owner: string): FakeArchive {
  const logs = new Map<string, Buffer>()
  const fake: FakeArchive = {
    kind: 'directory',
    logs,
    asked: [],
    mode: 'works',
    async put({ name, content }, signal) {
      fake.asked.push(name)
      const parts: Uint8Array[] = []
      for await (const part of content) {
        signal.throwIfAborted()
        parts.push(part)
      }
      if (fake.mode === 'hangs') return new Promise<never>(() => {})
      if (fake.mode === 'fails') throw new Transient('the archive is on fire')
      const whole = Buffer.concat(parts)
      logs.set(name, whole)
      return { url: new URL(name, 'https://archive.example.com/').href, bytes: whole.length }
    },
    async get(name) {
      const log = logs.get(name)
      if (!log) throw new NotFound(`no log ${name}`)
      return (async function* () {
        yield log
      })()
    },
    async prune(before, limit) {
      const old = [...logs.keys()].filter((name) => isDayBefore(dayOfLog(owner, name) ?? '', before)).slice(0, limit)
      for (const name of old) logs.delete(name)
      return old.length
    },
    examine: async () => [{ about: 'archive', level: 'ok', finding: 'logs can be written to memory' }],
    of: (faults) => ({
      ...fake,
      async put(log, signal) {
        await faulty(faults, 'begin put', () => undefined)
        const kept = await fake.put(log, signal)
        return faulty(faults, 'put', () => kept)
      },
    }),
  }
  return fake
}
