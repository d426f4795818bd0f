import type { Offer } from '../../../domain/offer.ts'
import type { PriceInterval } from '../../../domain/money.ts'
import type { ProviderMachine } from '../../../domain/ports/provider.ts'
import type { Engine } from '../engine.ts'

/** What a machine is made of. Each costs, and each can be left behind. */
export type Part = 'vm' | 'nic' | 'disk'

/** A machine as the cloud holds it. */
export interface Vm {
  readonly name: string
  readonly fleet: string
  readonly offer: Offer
  state: ProviderMachine['state']
  detail?: string
  readonly parts: Set<Part>
  /** There once it has booted; gone with its guest. */
  engine?: Engine
  /** Its bootstrap has run to its end. */
  bootstrapped: boolean
  /** Its guest will never answer, or no longer does. */
  dead: boolean
  /** Raised whenever what was going to happen to it no longer will. */
  turn: number
  readonly bill: Bill
}

/** What the cloud charges for one machine, in moments since the beginning of the history. */
export interface Bill {
  readonly name: string
  readonly fleet: string
  readonly prices: PriceInterval[]
  until?: number
  /** When Slipway could first know of each of these, and of the end: an answer that reached a process that lived on. */
  readonly told: Map<number | 'end', number>
}

/** Work that the cloud does. */
export interface CloudOperation {
  state: 'pending' | 'done' | Error
}

/** How long the cloud takes, in milliseconds, each between two bounds. */
export interface CloudModel {
  readonly createMs: readonly [number, number]
  readonly bootMs: readonly [number, number]
  readonly bootstrapMs: readonly [number, number]
  readonly deleteMs: readonly [number, number]
  readonly stopMs: readonly [number, number]
  readonly startMs: readonly [number, number]
  /** Between the notice of an eviction and its end. */
  readonly noticeMs: readonly [number, number]
}

/** What may go wrong with the cloud's work, each with a chance from 0 to 1. */
export interface CloudTrouble {
  /** Offers that can't be had, with what the cloud says. */
  readonly refused: Map<string, 'capacity' | 'quota'>
  createFails: number
  createHangs: number
  /** The guest never comes up. */
  bootFails: number
  deleteFails: number
  deleteHangs: number
  /** Deletes and boots that take so many times as long. */
  slow: number
}

export type CloudChances = Omit<CloudTrouble, 'refused'>

export const calmCloud: CloudChances = {
  createFails: 0,
  createHangs: 0,
  bootFails: 0,
  deleteFails: 0,
  deleteHangs: 0,
  slow: 1,
}
