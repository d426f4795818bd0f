import { randomBytes } from 'node:crypto'
import type { Item, Node, Project, Run } from '../records.ts'

/** All that the controller has. A restart keeps it, but for the session, connections and items that have left. */
export interface Estate {
  readonly projects: Map<string, Project>
  readonly items: Map<number, Item>
  readonly nodes: Map<string, Node>
  readonly runs: Run[]
  session: string
  down: boolean
  project(fullName: string): Project
  nextId(): number
  inQueue(): Item[]
}

export function createEstate(): Estate {
  const projects = new Map<string, Project>()
  const items = new Map<number, Item>()
  let lastId = 100
  return {
    projects,
    items,
    nodes: new Map(),
    runs: [],
    session: newSession(),
    down: false,
    project(fullName) {
      const project = projects.get(fullName) ?? { fullName, runs: [], next: 1 }
      projects.set(fullName, project)
      return project
    },
    nextId: () => (lastId += 1),
    inQueue: () => [...items.values()].filter((item) => item.state === 'queued'),
  }
}

export function newSession(): string {
  return randomBytes(4).toString('hex')
}
