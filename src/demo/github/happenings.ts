import type { Job, Runner } from './records.ts'

/** What consumers can hear of. `at` is monotonic, taken when it happened. */
export interface Happenings {
  /** The webhook's last byte was handed to the system. */
  'webhook-sent': { readonly guid: string; readonly event: string; readonly action: string; readonly job?: Job }
  /** As GitHub's log has it: 502 and 504 stand for no answer, too. */
  'webhook-answered': { readonly guid: string; readonly status: number; readonly job?: Job }
  /** The JIT configuration's last byte was handed to the system. */
  'jit-answered': { readonly runner: Runner }
  'agent-connected': { readonly runner: Runner }
  /** Its last connection ended; it may come back, as it does between two questions. */
  'agent-disconnected': { readonly runner: Runner }
  'job-queued': { readonly job: Job }
  'job-assigned': { readonly job: Job; readonly runner: Runner }
  'job-started': { readonly job: Job; readonly runner: Runner }
  'job-completed': { readonly job: Job; readonly runner?: Runner }
  'runner-removed': { readonly runner: Runner }
}

export type Listener<K extends keyof Happenings> = (happening: Happenings[K] & { readonly at: number }) => void

export interface Announcer {
  announce<K extends keyof Happenings>(kind: K, happening: Happenings[K]): void
  /** The result ends the subscription. */
  on<K extends keyof Happenings>(kind: K, listener: Listener<K>): () => void
}

export function createAnnouncer(monotonic: () => number): Announcer {
  const listeners: { [K in keyof Happenings]?: Set<Listener<K>> } = {}

  function of<K extends keyof Happenings>(kind: K): Set<Listener<K>> {
    const known: Set<Listener<K>> | undefined = listeners[kind]
    if (known) return known
    const fresh = new Set<Listener<K>>()
    Object.assign(listeners, { [kind]: fresh })
    return fresh
  }

  return {
    announce(kind, happening) {
      const at = monotonic()
      for (const listener of of(kind)) listener({ ...happening, at })
    },
    on(kind, listener) {
      of(kind).add(listener)
      return () => of(kind).delete(listener)
    },
  }
}
