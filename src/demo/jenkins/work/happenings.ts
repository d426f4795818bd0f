import type { Item, Node, Run } from '../records.ts'

/** What consumers can hear of. */
export interface Happenings {
  'item-queued': { readonly item: Item }
  'node-made': { readonly node: Node }
  'node-deleted': { readonly node: Node }
  'agent-connected': { readonly node: Node }
  'build-started': { readonly node: Node; readonly run: Run; readonly item: Item }
  'build-ended': { readonly node: Node; readonly run: Run; readonly item: Item }
}

type Listener<K extends keyof Happenings> = (happening: Happenings[K]) => void

export interface Announcer {
  announce<K extends keyof Happenings>(kind: K, happening: Happenings[K]): void
  /** The result ends the subscription. */
  on<K extends keyof Happenings>(kind: K, listener: Listener<K>): () => void
}

export function createAnnouncer(): Announcer {
  const listeners: { [K in keyof Happenings]: Set<Listener<K>> } = {
    'item-queued': new Set(),
    'node-made': new Set(),
    'node-deleted': new Set(),
    'agent-connected': new Set(),
    'build-started': new Set(),
    'build-ended': new Set(),
  }
  return {
    announce(kind, happening) {
      for (const listener of listeners[kind]) listener(happening)
    },
    on(kind, listener) {
      listeners[kind].add(listener)
      return () => void listeners[kind].delete(listener)
    },
  }
}
