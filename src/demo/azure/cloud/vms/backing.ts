/** What runs as the VM. */
export interface Backing {
  /** Its private address; else the stand-in makes one up. */
  readonly address?: string
  /** The VM was stopped: what is on its disk stays, so that it can boot again. */
  stop(): Promise<void>
  /** The VM is gone with all that was on it. */
  remove(): Promise<void>
  /** The document of scheduled events, as its metadata service would give it, has changed. */
  scheduledEvents?(document: ScheduledEvents): void
}

/** As the metadata service gives it to the VM itself. */
export interface ScheduledEvents {
  readonly DocumentIncarnation: number
  readonly Events: readonly ScheduledEvent[]
}

export interface ScheduledEvent {
  readonly EventId: string
  readonly EventType: 'Preempt' | 'Reboot' | 'Redeploy' | 'Freeze' | 'Terminate'
  readonly ResourceType: 'VirtualMachine'
  readonly Resources: readonly string[]
  readonly EventStatus: 'Scheduled' | 'Started'
  /** An HTTP date; empty once it has started. */
  readonly NotBefore: string
  readonly Description: string
  readonly EventSource: 'Platform' | 'User'
  readonly DurationInSeconds: number
}
