import type { Clock } from '../../src/domain/ports/clock.ts'
import type { MachineProvider } from '../../src/domain/ports/provider.ts'

/** An elastic provider with one of its fleets, and a hold on the cloud that it speaks with. */
export interface ProviderUnderTest {
  readonly provider: MachineProvider
  readonly fleet: string
  /** Another fleet of the same owner, if there is one. */
  readonly otherFleet?: string
  readonly clock: Clock
  readonly cloud: Cloud
  /** The provider as another process would make it, with nothing in its memory. */
  again(): Promise<MachineProvider>
  /** Lets so much time pass that work under way comes on. */
  pass(): Promise<void>
  /** Removes all that the tests have made. */
  close(): Promise<void>
}

/** Where machines are, as its owner sees it. */
export interface Cloud {
  /** Names of all machines, whoever's they are. */
  machines(): Promise<readonly string[]>
  /** What our owner has there besides whole machines: anything at all that costs, or holds a name. */
  leaks(): Promise<readonly string[]>
  /** A machine of another owner. Absent: nobody else is there. */
  foreign?(name: string): Promise<void>
  /** The machine goes, by nobody's wish. Absent: it can't be done there. */
  vanish?(name: string): Promise<void>
  /** The next `create` ends so. False: it can't end so there. */
  spoilCreate(how: Spoiled): boolean
  /** The next machine that is deleted leaves something behind. Absent: that can't be. */
  forget?(): void
  /** The next call hangs. Absent: none can. */
  hang?(): Hanging
}

export interface Hanging {
  /** Resolves once a call hangs. */
  reached(): Promise<void>
  /** Lets the time of its deadline pass. */
  expire(): Promise<void>
}

/** `later`: accepted, and then there is no room; `lost`: done, and the answer does not arrive. */
export type Spoiled = 'capacity' | 'later' | 'quota' | 'throttled' | 'unauthorized' | 'broken' | 'refused' | 'lost'
