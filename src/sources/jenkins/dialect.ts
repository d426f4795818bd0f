import type { Permission } from './api/permissions.ts'
import type { Grammar } from './labels/expression.ts'
import type { Build, Executable, QueueItem } from './reading/shapes.ts'

/** In what the two systems differ. Everything else is written once. */
export interface Dialect {
  readonly kind: 'jenkins' | 'hudson'
  readonly system: 'Jenkins' | 'Hudson'
  readonly grammar: Grammar
  /** The external id of an item's job; undefined while it has none. */
  jobId(item: QueueItem): string | undefined
  /** Whether a build on an executor is that job's. */
  isExecutionOf(id: string, executable: Executable): boolean
  /** Whether a build of the same project is that job's. */
  isBuildOf(id: string, build: Build): boolean
  /** Path of an item by its job's id; undefined where items can't be asked for. */
  itemPath(id: string): string | undefined
  readonly node: {
    /** The form's `launcher`. */
    launcher(): Readonly<Record<string, unknown>>
    /** Files that hold a node's secret, the newest name first. */
    readonly secretFiles: readonly string[]
    /** What takes a node offline. */
    readonly offlineVerb: 'changeOfflineCause' | 'toggleOffline'
    /** What an agent needs to connect. */
    env(node: { readonly name: string; readonly secret: string }): Readonly<Record<string, string>>
  }
  readonly needs: Readonly<Record<'create' | 'connect' | 'offline' | 'delete', Permission>>
}
