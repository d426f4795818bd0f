import type { Clock } from '../../domain/ports/clock.ts'
import { ImageUnavailable, NotFound, Transient } from '../../domain/errors.ts'
import type { ContainerEnd, ContainerObservation, ContainerSpec, EvictionNotice } from '../../domain/ports/runtime.ts'
import type { Resources } from '../../domain/resources.ts'
import type { Random } from '../random.ts'
import { createBoxLives, type Box } from './box.ts'
import type { Ci } from './ci.ts'
import type { CiJob } from './ci-job.ts'
import type { Recorder } from './recorder.ts'

/** The container engine of one machine, and the agents in it. */
export interface Engine {
  readonly machine: string
  readonly boxes: ReadonlyMap<string, Box>
  readonly notices: EvictionNotice[]
  /** What containers may take together, of everything. */
  readonly room: Resources
  /** Whether its machine is on. */
  powered: boolean
  /** Whether the way to it is cut; what runs in it runs on. */
  cut: boolean
  prepare(spec: ContainerSpec): void
  activate(key: string, runner: string): void
  list(): ContainerObservation[]
  isAtWork(key: string): boolean
  end(key: string): ContainerEnd | undefined
  tail(key: string): string
  /** Slipway takes a container away. */
  remove(key: string): void
  /** A container of ours turns up that nobody asked for. */
  leave(key: string): void
  hasImage(image: string): boolean
  pull(image: string): void
  /** Jobs whose work is being done in it. */
  running(): CiJob[]
  /** Calls back when a container ends. */
  onExit(listener: (key: string) => void): void
  /** The world kills one container; its job is lost. */
  kill(key: string, why: string): void
  /** The machine loses all that runs in it; with `wipe`, its containers too. */
  crash(why: string, wipe: boolean): void
}

export interface EngineOptions {
  readonly machine: string
  readonly clock: Clock
  readonly random: Random
  readonly ci: Ci
  readonly recorder: Recorder
  /** What containers may take together, of everything. */
  readonly room: Resources
  /** Images that no registry has now. */
  readonly missing: ReadonlySet<string>
}

export function createEngine({ machine, clock, random, ci, recorder, room, missing }: EngineOptions): Engine {
  const boxes = new Map<string, Box>()
  const images = new Set<string>()
  const listeners: ((key: string) => void)[] = []
  const lives = createBoxLives(clock, random, ci, boxes, (key) => {
    for (const listener of listeners) listener(key)
  })

  function get(key: string): Box {
    const box = boxes.get(key)
    if (!box) throw new NotFound(`no container ${key} on ${machine}`)
    return box
  }

  /** Memory and disk are hard; CPU may be promised twice in a spike, which is checked where its limit is known. */
  function checkRoom(): void {
    let memory = 0
    let disk = 0
    for (const box of boxes.values()) {
      memory += box.resources.memory
      disk += box.resources.disk
    }
    if (memory > room.memory || disk > room.disk)
      recorder.violate('room', `the containers on ${machine} take more memory or disk than it has`)
  }

  return {
    machine,
    boxes,
    room,
    notices: [],
    powered: true,
    cut: false,
    prepare(spec) {
      if (boxes.has(spec.key)) return
      if (!images.has(spec.image)) throw new ImageUnavailable(`no such image on ${machine}: ${spec.image}`)
      const { key, pool, resources } = spec
      boxes.set(key, { key, pool, resources, phase: 'running', exitCode: 0, marked: false })
      checkRoom()
    },
    activate(key, runner) {
      const box = get(key)
      if (box.phase !== 'running' || box.runner !== undefined)
        throw new NotFound(`container ${key} does not wait for its activation`)
      box.runner = runner
      clock.timer(random.between(200, 4000), () => lives.connect(box, runner))
    },
    list: () => Array.from(boxes.values(), ({ key, pool, phase }) => ({ key, pool, phase })),
    isAtWork(key) {
      const box = get(key)
      return box.phase === 'running' && box.marked
    },
    end(key) {
      const { phase, exitCode } = get(key)
      if (phase === 'running') return undefined
      const kind = exitCode === 137 ? 'killed' : 'finished'
      return { exit: { kind, exitCode, detail: `exit code ${exitCode}` }, tail: '' }
    },
    tail: (key) => `output of ${get(key).key}`,
    remove(key) {
      const box = boxes.get(key)
      if (!box) return
      if (box.phase === 'running' && box.job?.state === 'running')
        recorder.violate('no kill', `container ${key} on ${machine} was removed while job ${box.job.id} ran in it`)
      lives.lose(box, 'its container was removed')
      boxes.delete(key)
    },
    leave(key) {
      const resources = { milliCpu: 0, memory: 0, disk: 0 }
      boxes.set(key, { key, pool: 'orphan', resources, phase: 'running', exitCode: 0, marked: false })
    },
    hasImage: (image) => images.has(image),
    pull(image) {
      if (missing.has(image)) throw new ImageUnavailable(`no such image: ${image}`)
      images.add(image)
    },
    running: () =>
      [...boxes.values()].flatMap(({ phase, job }) => (phase === 'running' && job?.state === 'running' ? [job] : [])),
    onExit: (listener) => void listeners.push(listener),
    kill(key, why) {
      const box = boxes.get(key)
      if (box) lives.lose(box, why)
    },
    crash(why, wipe) {
      for (const box of boxes.values()) lives.lose(box, why)
      if (wipe) boxes.clear()
    },
  }
}

export function isReachable({ powered, cut }: Engine): boolean {
  return powered && !cut
}

/** What a call to an engine that can't be reached ends with. */
export function unreachable(machine: string): Transient {
  return new Transient(`the engine of ${machine} does not answer`)
}
