import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ImageUnavailable, NotFound } from '../../src/domain/errors.ts'
import { strictIsolation } from '../../src/domain/pool.ts'
import type { ContainerRuntime, ContainerSpec, RuntimeEvent } from '../../src/domain/ports/runtime.ts'

/** A machine that the contract is tried on. Real or not: commands are its own. */
export interface RuntimeUnderTest {
  /** A new runtime of the machine, as an owner; closed by `close`. */
  open(owner: string): ContainerRuntime
  /** An owner's name that nobody else uses. */
  readonly owner: string
  readonly image: string
  /** What a container without a command of its own prints: that of the image. */
  readonly imageSays: string
  readonly commands: {
    exit(code: number): readonly string[]
    /** Prints the value of a variable, and ends. */
    print(variable: string): readonly string[]
    /** Prints how long the value of a variable is, and ends. */
    measure(variable: string): readonly string[]
    /** Prints so many bytes and a newline, and ends. */
    printBytes(count: number): readonly string[]
    sleep(): readonly string[]
  }
  close(): Promise<void>
}

const PATIENCE = { timeout: 30_000, interval: 50 }

export function describeRuntime(name: string, start: () => Promise<RuntimeUnderTest>): void {
  describe(`container runtime: ${name}`, () => {
    let machine: RuntimeUnderTest
    let runtime: ContainerRuntime
    let count = 0

    beforeAll(async () => {
      machine = await start()
      runtime = machine.open(machine.owner)
    })
    afterAll(() => machine?.close())

    function spec(command: readonly string[], more: Partial<ContainerSpec> = {}): ContainerSpec {
      count++
      return {
        key: `agent${count}`,
        pool: 'linux',
        image: machine.image,
        command,
        resources: { milliCpu: 500, memory: 64 * 2 ** 20, disk: 2 ** 30 },
        isolation: strictIsolation,
        containers: 'none',
        runsAtOnce: false,
        ...more,
      }
    }

    async function prepared(command: readonly string[], more: Partial<ContainerSpec> = {}): Promise<string> {
      const made = spec(command, more)
      await runtime.prepare(made)
      return made.key
    }

    /** Prepares, activates, and waits for its end. */
    async function ran(command: readonly string[], env: Record<string, string>, more: Partial<ContainerSpec> = {}) {
      const key = await prepared(command, more)
      await runtime.activate(key, { env })
      return { key, end: await vi.waitFor(() => ended(key), PATIENCE) }
    }

    async function ended(key: string) {
      const end = await runtime.end(key)
      if (!end) throw new Error(`${key} still runs`)
      return end
    }

    async function listed(key: string, by = runtime) {
      return (await by.list()).find((container) => container.key === key)
    }

    it('prepares a container that waits: running, idle, without an end', async () => {
      const key = await prepared(machine.commands.exit(0))
      expect(await listed(key)).toEqual({ key, pool: 'linux', phase: 'running' })
      expect(await runtime.activity(key)).toBe('idle')
      expect(await runtime.end(key)).toBeUndefined()
      expect(await runtime.tail(key, 1000)).toBe('')
    })

    it('prepares one container a key, however often it is asked', async () => {
      const made = spec(machine.commands.sleep())
      await Promise.all([runtime.prepare(made), runtime.prepare(made)])
      await runtime.prepare(made)
      expect((await runtime.list()).filter(({ key }) => key === made.key)).toHaveLength(1)
    })

    it('leaves a container that has ended as it is when it is prepared again', async () => {
      const { key } = await ran(machine.commands.exit(4), {})
      await runtime.prepare(spec(machine.commands.exit(4), { key }))
      expect(await listed(key)).toMatchObject({ phase: 'exited' })
      expect((await runtime.end(key))?.exit.exitCode).toBe(4)
    })

    it('hands over what activation brings, byte for byte, and tells how it ended', async () => {
      const value = ' a\tb  "c" \'d\' $HOME `id` \\n \\\\ %s * ü ☃\nsecond line\n'
      const { end } = await ran(machine.commands.print('VALUE'), { OTHER: '', VALUE: value })
      expect(end.tail).toBe(value)
      expect(end.exit).toMatchObject({ kind: 'finished', exitCode: 0 })
    })

    it('takes a value as large as a registration is', async () => {
      const value = 'abc+/='.repeat(4000)
      const { end } = await ran(machine.commands.measure('VALUE'), { VALUE: value })
      expect(end.tail.trim()).toBe(String(value.length))
    })

    it('runs the command of the image when it is given none', async () => {
      const { end } = await ran([], {})
      expect(end.tail).toBe(machine.imageSays)
    })

    it('tells the exit code', async () => {
      const { key, end } = await ran(machine.commands.exit(3), {})
      expect(end.exit).toMatchObject({ kind: 'finished', exitCode: 3 })
      expect(await runtime.activity(key)).toBe('idle')
      expect(await listed(key)).toMatchObject({ phase: 'exited' })
    })

    it('does not take the exit code of a job for one of the runner’s', async () => {
      const { end } = await ran(machine.commands.exit(7), {}, { runsAtOnce: true })
      expect(end.exit).toMatchObject({ kind: 'finished', exitCode: 7 })
      const { end: runner } = await ran(machine.commands.exit(7), {})
      expect(runner.exit).toMatchObject({ kind: 'version-refused', exitCode: 7 })
    })

    it('keeps the last 64 KiB of the output, and less when asked for less', async () => {
      const { key, end } = await ran(machine.commands.printBytes(100_000), {})
      expect(Buffer.byteLength(end.tail)).toBe(65_536)
      expect(Buffer.byteLength(await runtime.tail(key, 500))).toBe(500)
    })

    it('gives the whole output, and no more than that', async () => {
      const { key } = await ran(machine.commands.printBytes(100_000), {})
      // The command ends what it prints with a new line.
      expect(await bytesOf(runtime.log(key))).toBe(100_001)
    })

    it('knows that a container is at work from its activation on when its command is the job', async () => {
      const key = await prepared(machine.commands.sleep(), { runsAtOnce: true })
      expect(await runtime.activity(key)).toBe('idle')
      await runtime.activate(key, { env: {} })
      expect(await runtime.activity(key)).toBe('running')
    })

    it('does not guess: an active container that it knows nothing of may be at work', async () => {
      const key = await prepared(machine.commands.sleep())
      await runtime.activate(key, { env: {} })
      expect(await runtime.activity(key)).toBe('unknown')
    })

    it('refuses names that no environment takes, and activates nothing then', async () => {
      const key = await prepared(machine.commands.sleep())
      await expect(runtime.activate(key, { env: { 'NOT A NAME': 'x' } })).rejects.toThrow('NOT A NAME')
      expect(await runtime.activity(key)).toBe('idle')
    })

    it('fails to activate what is not there or has ended', async () => {
      await expect(runtime.activate('nowhere', { env: {} })).rejects.toThrow(Error)
      const { key } = await ran(machine.commands.exit(0), {})
      await expect(runtime.activate(key, { env: {} })).rejects.toThrow(Error)
    })

    it('says NotFound of what is not there', async () => {
      await expect(runtime.end('nowhere')).rejects.toThrow(NotFound)
      await expect(runtime.activity('nowhere')).rejects.toThrow(NotFound)
      await expect(runtime.tail('nowhere', 100)).rejects.toThrow(NotFound)
      await expect(bytesOf(runtime.log('nowhere'))).rejects.toThrow(NotFound)
    })

    it('removes, running or not, once or twice', async () => {
      const key = await prepared(machine.commands.sleep())
      await Promise.all([runtime.remove(key), runtime.remove(key)])
      await runtime.remove(key)
      await runtime.remove('nowhere')
      expect(await listed(key)).toBeUndefined()
    })

    it('says ImageUnavailable when the image was never pulled', async () => {
      const image = 'slipway-test/absent:1'
      expect(await runtime.hasImage(machine.image)).toBe(true)
      expect(await runtime.hasImage(image)).toBe(false)
      await expect(prepared(machine.commands.exit(0), { image })).rejects.toThrow(ImageUnavailable)
    })

    it('tells what happens to its containers, until it is stopped', async () => {
      const events: RuntimeEvent[] = []
      const stop = new AbortController()
      runtime.watch((event) => events.push(event), stop.signal)
      await vi.waitFor(() => expect(events).toContainEqual({ what: 'reconnected' }), PATIENCE)
      const { key } = await ran(machine.commands.exit(0), {})
      await runtime.remove(key)
      const of = () => events.filter((event) => event.key === key).map(({ what }) => what)
      await vi.waitFor(() => expect(of()).toEqual(['started', 'died', 'removed']), PATIENCE)
      stop.abort()
      const before = events.length
      await runtime.remove(await prepared(machine.commands.exit(0)))
      expect(events).toHaveLength(before)
    })

    it('finds its containers again through a new runtime', async () => {
      const key = await prepared(machine.commands.print('VALUE'))
      const next = machine.open(machine.owner)
      expect(await listed(key, next)).toMatchObject({ phase: 'running' })
      expect(await next.activity(key)).toBe('idle')
      await next.activate(key, { env: { VALUE: 'still here' } })
      await vi.waitFor(async () => expect((await next.end(key))?.tail.trim()).toBe('still here'), PATIENCE)
    })

    it('touches nothing of another owner', async () => {
      const key = await prepared(machine.commands.sleep())
      const stranger = machine.open(`${machine.owner}-b`)
      expect(await stranger.list()).toEqual([])
      await stranger.remove(key)
      await expect(stranger.end(key)).rejects.toThrow(NotFound)
      expect(await listed(key)).toMatchObject({ phase: 'running' })
    })
  })
}

export async function bytesOf(log: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  for await (const chunk of log) bytes += chunk.length
  return bytes
}
