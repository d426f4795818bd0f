import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Announcer } from '../happenings.ts'
import type { Random } from '../random.ts'
import type { Timers } from '../timers.ts'
import type { Delivery, DeliveryLog } from './delivery-log.ts'
import { createCourier, timedOut, unreachable } from './courier.ts'
import type { Message, SigningApp } from './message.ts'
import { drawFate, type Network } from './network.ts'

export interface WebhookCounters {
  /** Messages made. */
  readonly sent: number
  readonly dropped: number
  readonly doubled: number
  /** Arrivals after one that was made later. */
  readonly reordered: number
  /** Redeliveries asked for. */
  readonly redelivered: number
}

export interface WebhookSender {
  send(message: Omit<Message, 'guid' | 'order'> & { readonly guid?: string }): Message
  /** Sends the same message again, through the same network. */
  redeliver(delivery: Delivery): void
  setUrl(url: string): void
  url(): string | undefined
  setNetwork(network: Partial<Network>): void
  counters(): WebhookCounters
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>
  close(): void
}

export interface WebhookSenderDependencies {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly announcer: Announcer
  readonly log: DeliveryLog
  readonly app: SigningApp
  readonly network: Network
  readonly url?: string
}

export function createWebhookSender(dependencies: WebhookSenderDependencies): WebhookSender {
  const { clock, timers, random, announcer, log } = dependencies
  const courier = createCourier(dependencies, dependencies.app)
  const counters = { sent: 0, dropped: 0, doubled: 0, reordered: 0, redelivered: 0 }
  let { network, url } = dependencies
  let underway = 0
  let newestArrival = -1
  let whenIdle: (() => void)[] = []

  function dispatch(message: Message, redelivery: boolean): void {
    const fate = drawFate(network, random)
    if (fate.lost) counters.dropped += 1
    if (fate.copies.length > 1) counters.doubled += 1
    for (const [copy, delayMs] of fate.copies.entries()) {
      underway += 1
      const go = (): void => {
        const end = fate.lost ? lose(message, redelivery, fate.lost) : deliver(message, redelivery, copy > 0)
        void end.finally(settle)
      }
      if (delayMs > 0) timers.after(delayMs, go)
      else go()
    }
  }

  function settle(): void {
    underway -= 1
    if (underway > 0) return
    for (const resolve of whenIdle) resolve()
    whenIdle = []
  }

  async function lose(message: Message, redelivery: boolean, how: 'noticed' | 'unnoticed'): Promise<void> {
    const noticed = random.chance(0.5) ? timedOut : unreachable
    const seen = how === 'noticed' ? noticed : { status: 'OK', statusCode: 200 }
    log.record({ message, redelivery, deliveredAt: clock.wall(), durationMs: 0, ...seen })
  }

  /** Copies are made behind GitHub's back: only the first is in its log. */
  async function deliver(message: Message, redelivery: boolean, isCopy: boolean): Promise<void> {
    if (!redelivery) noteOrder(message)
    const outcome = await courier.carry(message, url)
    if (isCopy) return
    log.record({ message, redelivery, deliveredAt: clock.wall(), ...outcome })
    const { guid, job } = message
    announcer.announce('webhook-answered', { guid, status: outcome.statusCode, job })
  }

  function noteOrder(message: Message): void {
    if (message.order < newestArrival) counters.reordered += 1
    newestArrival = Math.max(newestArrival, message.order)
  }

  return {
    send(wanted) {
      const message = { ...wanted, guid: wanted.guid ?? randomUUID(), order: counters.sent }
      counters.sent += 1
      dispatch(message, false)
      return message
    },
    redeliver(delivery) {
      counters.redelivered += 1
      dispatch(delivery.message, true)
    },
    setUrl: (next) => void (url = next),
    url: () => url,
    setNetwork: (changed) => void (network = { ...network, ...changed }),
    counters: () => ({ ...counters }),
    idle: () => (underway === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
    close: () => courier.close(),
  }
}
