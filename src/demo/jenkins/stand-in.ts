import type { Permission } from './options.ts'
import type { Item, Node, Run } from './records.ts'
import type { Fault } from './rest/answer.ts'
import type { Announcer } from './work/happenings.ts'
import type { Submission, Work } from './work/work.ts'

/** A running stand-in, as its owner steers and reads it. */
export interface JenkinsStandIn extends AsyncDisposable {
  readonly url: string
  /** Its answers without a connection, for tests whose time stands still. */
  readonly fetch: typeof fetch
  readonly user: string
  readonly token: string
  readonly password: string
  /** May be changed in place. */
  readonly permissions: Set<Permission>
  /** All that were answered, the oldest first; may be emptied. */
  readonly requests: { readonly method: string; readonly path: string }[]

  submit(submission: Submission): Item
  cancel(item: Item): void
  /** Ends what runs on the node; default with SUCCESS. */
  end(node: Node, result?: string): void
  /** An agent comes, or goes, without a connection of its own. */
  connect: Work['connect']
  disconnect: Work['disconnect']
  /** As a person deletes it: what runs there fails, or is aborted if it is a step. */
  remove(node: Node): void
  /** A node of somebody else. */
  addNode(node: Pick<Node, 'name' | 'labels'> & Partial<Node>): Node
  /** Sessions and connections end, freestyle builds are lost, steps wait for their nodes. */
  restart(): void
  /** Answers nobody until it is up again. */
  setDown(down: boolean): void

  queue(): readonly Item[]
  nodes(): readonly Node[]
  runs(): readonly Run[]
  /** Makes the next requests fail. */
  inject(fault: Fault): void
  on: Announcer['on']
  /** May be called twice. */
  close(): Promise<void>
}
