import type { Message } from './message.ts'

/** One attempt to deliver a message, as GitHub lists it. */
export interface Delivery {
  readonly id: number
  readonly message: Message
  readonly deliveredAt: number
  readonly redelivery: boolean
  readonly durationMs: number
  readonly status: string
  readonly statusCode: number
}

export interface DeliveryLog {
  record(delivery: Omit<Delivery, 'id'>): Delivery
  find(id: number): Delivery | undefined
  /** Newest first, those older than the id `before` if it is given. */
  list(before?: number): readonly Delivery[]
}

const FIRST_DELIVERY = 240_000_000_000

export function createDeliveryLog(): DeliveryLog {
  const deliveries: Delivery[] = []
  return {
    record(delivery) {
      const recorded = { ...delivery, id: FIRST_DELIVERY + deliveries.length }
      deliveries.push(recorded)
      return recorded
    },
    find: (id) => deliveries[id - FIRST_DELIVERY],
    list: (before) => deliveries.slice(0, before === undefined ? undefined : before - FIRST_DELIVERY).toReversed(),
  }
}
