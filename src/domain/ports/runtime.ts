import type { AgentExit } from '../agent.ts'
import type { DoctorFinding } from './doctor.ts'
import type { IsolationProof } from '../machine.ts'
import type { IsolationPolicy } from '../pool.ts'
import type { Endpoint } from './provider.ts'
import type { Resources } from '../resources.ts'

/** All that makes a container. Nothing here is secret. */
export interface ContainerSpec {
  /** Key of the container and of the agent that it is or becomes. */
  readonly key: string
  readonly pool: string
  readonly image: string
  /** Run once activated. Empty: the image's own command. */
  readonly command: readonly string[]
  readonly resources: Resources
  readonly isolation: IsolationPolicy
  readonly containers: 'none' | 'dind'
  /** `fixed` binding: being activated is being at work, so the job marker is written before the command runs. */
  readonly runsAtOnce: boolean
}

/** Handed over stdin; never in environment or arguments that the engine shows. */
export interface Activation {
  readonly env: Readonly<Record<string, string>>
}

export type ContainerPhase = 'created' | 'running' | 'exited'

/** A container of our owner as the engine lists it. */
export interface ContainerObservation {
  readonly key: string
  readonly pool: string
  readonly phase: ContainerPhase
}

/** How a container ended, told from its exit code, the engine's out-of-memory flag and its last output. */
export interface ContainerEnd {
  readonly exit: AgentExit
  /** At most the last 64 KiB of its output. */
  readonly tail: string
}

/** Something happened to a container (or may have: `key` absent after a reconnect): list again. */
export interface RuntimeEvent {
  readonly key?: string
  readonly what: 'started' | 'died' | 'removed' | 'reconnected'
}

/** The machine's provider has announced that it will take it back (or stop, or move it). */
export interface EvictionNotice {
  readonly id: string
  /** The provider's word for it: `Preempt`, `Terminate`, `Reboot`, … */
  readonly what: string
  /** Wall time that the provider named. */
  readonly notBefore?: number
}

/**
 * Containers on one machine. Every call has its own deadline and rejects with DeadlineExceeded, Transient (the engine
 * can't be reached or errs), ImageUnavailable or Refused; a machine that hangs holds up nobody else.
 */
export interface ContainerRuntime {
  /**
   * Creates and starts the container, which then waits for its activation on stdin. Idempotent by key: a container
   * that is already there is left as it is. The image must have been pulled (`pull`).
   */
  prepare(spec: ContainerSpec): Promise<void>
  /** Hands over the secret and waits for the container's word that it has it. If this fails, discard the container. */
  activate(key: string, activation: Activation): Promise<void>
  /** Every container of our owner on the machine, helpers of `dind` left out. */
  list(): Promise<readonly ContainerObservation[]>
  /** Whether it is at work; `unknown` counts as running. */
  activity(key: string): Promise<'idle' | 'running' | 'unknown'>
  /** How it ended; undefined while it runs. NotFound when it is not there. */
  end(key: string): Promise<ContainerEnd | undefined>
  /** Its last output, running or not. */
  tail(key: string, bytes: number): Promise<string>
  /**
   * All of its output that the engine still has, as it was written; where the engine let go of the beginning, a line
   * says so. Fails as the other calls do, while it is read. Who stops reading ends the call.
   */
  log(key: string): AsyncIterable<Uint8Array>
  /** Removes it with its volumes and helpers, running or not. Idempotent. */
  remove(key: string): Promise<void>
  /** Calls `onEvent` until the signal is aborted; reconnects by itself and says so. */
  watch(onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): void
  /** True if the image is on the machine. Else `pull` fetches it, one fetch at a time an image. */
  hasImage(image: string): Promise<boolean>
  pull(image: string, onProgress: (words: string) => void): Promise<void>
  /** Runs a probe container against the addresses of rule 11 and says which of them it reached. */
  probe(image: string): Promise<{ readonly proof: IsolationProof; readonly detail: string }>
  examine(): Promise<readonly DoctorFinding[]>
  /** Whether the machine's bootstrap has run to its end: it leaves a mark on the engine. For machines that we made. */
  bootstrapped(): Promise<boolean>
  /** What the watcher that the bootstrap started has seen coming; empty where there is none. */
  notices(): Promise<readonly EvictionNotice[]>
  close(): void
}

/** The runtimes of machines. Same machine, same runtime, until forgotten. */
export interface Runtimes {
  of(machine: string): ContainerRuntime | undefined
  /** Makes the machine's runtime, or replaces it if the endpoint differs from the one in use. */
  connect(machine: string, endpoint: Endpoint): void
  /** Closes it: the machine is gone. */
  forget(machine: string): void
}
