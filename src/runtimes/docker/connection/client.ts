import http from 'node:http'
import https from 'node:https'
import { inspect } from 'node:util'
import Docker from 'dockerode'
import type { Endpoint } from '../../../domain/ports/provider.ts'
import type { EngineApi } from './api.ts'
import { createSshTunnel } from './ssh.ts'

/** Old enough for Debian's engine, recent enough for the newest. An engine that wants more says so: `call.ts`. */
export const API_VERSION = 'v1.41'

export interface EngineClient {
  readonly docker: EngineApi
  readonly close: () => void
}

/**
 * A client of one engine with sockets of its own. It has no timeouts: they would cut event streams, and don't help
 * once a body has begun. Every call gets its deadline outside.
 */
export function connectEngine(endpoint: Endpoint): EngineClient {
  const { agent, close, ...address } = transport(endpoint)
  // The client writes all options of every call into a debug text, whether anybody reads it or not: with the agent and
  // its sockets in it that took ten times as long as the call.
  Object.assign(agent, { [inspect.custom]: () => 'agent' })
  const options = {
    // The client fills what is absent from DOCKER_HOST and its kin: every field is said, so that none is.
    host: undefined,
    port: undefined,
    socketPath: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    username: undefined,
    timeout: undefined,
    pathPrefix: undefined,
    ...address,
    version: API_VERSION,
    agent,
  }
  return { docker: new Docker(options) as unknown as EngineApi, close }
}

function transport(endpoint: Endpoint) {
  switch (endpoint.kind) {
    case 'unix': {
      const agent = new http.Agent({ keepAlive: true })
      return { protocol: 'http', socketPath: endpoint.path, agent, close: () => agent.destroy() } as const
    }
    case 'tcp': {
      const { host, port, tls, serverName: servername } = endpoint
      const agent = tls
        ? new https.Agent({ keepAlive: true, ...tls, ...(servername && { servername }) })
        : new http.Agent({ keepAlive: true })
      return { protocol: tls ? 'https' : 'http', host, port, agent, close: () => agent.destroy() } as const
    }
    case 'ssh': {
      const tunnel = createSshTunnel(endpoint)
      // The tunnel decides where the bytes go; host and port only fill the request's Host field.
      return { protocol: 'http', host: 'engine', port: 80, ...tunnel } as const
    }
  }
}

export function endpointWords(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return `unix://${endpoint.path}`
  if (endpoint.kind === 'tcp') return `tcp://${endpoint.host}:${endpoint.port}`
  return `ssh://${endpoint.username}@${endpoint.host}:${endpoint.port}`
}
