import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../kit/system-clock.ts'
import { createRandom } from '../github/random.ts'
import { createTimers } from '../github/timers.ts'
import { mountAgents } from './agents/wsagents.ts'
import { permissions, type JenkinsStandInOptions } from './options.ts'
import type { Node } from './records.ts'
import { createFaults } from './rest/answer.ts'
import { createGate } from './rest/auth.ts'
import { routesOf } from './rest/handlers.ts'
import { createFetch, createHttpServer, type ServerOptions } from './rest/server.ts'
import type { JenkinsStandIn } from './stand-in.ts'
import { createEstate } from './work/estate.ts'
import { createAnnouncer } from './work/happenings.ts'
import { createWork } from './work/work.ts'

export type { JenkinsStandInOptions, Permission } from './options.ts'
export type { Item, Node, Run } from './records.ts'
export type { Fault } from './rest/answer.ts'
export type { JenkinsStandIn } from './stand-in.ts'
export type { Submission } from './work/work.ts'

/**
 * A Jenkins (or Hudson) of one's own: a real HTTP server that answers as the real one does, as far as Slipway meets it.
 * It keeps everything in memory, and decides by itself which node gets which build.
 */
export async function createJenkinsStandIn(options: JenkinsStandInOptions = {}): Promise<JenkinsStandIn> {
  const { clock = systemClock, system = 'jenkins', language = 'en', builtInExecutors = false } = options
  const { quietMs = 0, remembersOffline = true } = options
  const estate = createEstate()
  const announcer = createAnnouncer()
  const timers = createTimers(clock)
  const random = createRandom(options.seed ?? 1)
  const work = createWork({ estate, announcer, clock, timers, random, quietMs, remembersOffline })
  const ordinary = permissions.filter((each) => each !== 'Overall/Administer')
  const gate = createGate(options.permissions ?? (system === 'hudson' ? permissions : ordinary), system === 'jenkins')
  const faults = createFaults()
  const requests: { method: string; path: string }[] = []
  let url = ''
  const shape = () => ({ estate, system, language, builtInExecutors, now: clock.wall(), url })
  const agentUrl = (): string => options.agentUrl?.(Number(new URL(url).port)) ?? url
  const routes = routesOf({ estate, work, announcer, gate, system, shape, agentUrl, key: 'stand-in' })
  const onRequest = (method: string, path: string): void => void requests.push({ method, path })
  const serving: ServerOptions = { estate, gate, faults, clock, system, routes, onRequest }
  const server = createHttpServer(serving)
  const agents = mountAgents(server, { estate, work, announcer })
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  await once(server, 'listening')
  url = `http://${options.host ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`

  function restart(): void {
    gate.forget()
    agents.closeAll()
    work.restart()
  }

  async function close(): Promise<void> {
    if (!server.listening) return
    timers.stop()
    agents.closeAll()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }

  return {
    url,
    fetch: createFetch(serving),
    user: gate.user,
    token: gate.token,
    password: gate.password,
    permissions: gate.permissions,
    requests,
    submit: (submission) => work.submit(submission),
    cancel: (item) => work.cancel(item),
    end: (node, result) => work.end(node, result),
    connect: (node) => work.connect(node),
    disconnect: (node) => work.disconnect(node),
    restart,
    remove: (node) => work.remove(node),
    addNode(node) {
      const made: Node = { description: '', secret: '', exclusive: false, connected: true, had: [], ...node }
      estate.nodes.set(made.name, made)
      work.dispatch()
      return made
    },
    setDown(down) {
      estate.down = down
      if (!down) return work.dispatch()
      agents.closeAll()
      server.closeAllConnections()
    },
    queue: () => estate.inQueue(),
    nodes: () => [...estate.nodes.values()],
    runs: () => estate.runs,
    inject: (fault) => faults.inject(fault),
    on: (kind, listener) => announcer.on(kind, listener),
    close,
    [Symbol.asyncDispose]: close,
  }
}
