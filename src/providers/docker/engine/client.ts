import http from 'node:http'
import { inspect } from 'node:util'
import Docker from 'dockerode'
import type { EngineApi } from './api.ts'

/** Old enough for Debian's engine, recent enough for the newest. */
const API_VERSION = 'v1.41'

/** A client of the host's engine, at `unix:///path`. It has no timeouts: every call gets its deadline outside. */
export function connectEngine(url: string): EngineApi {
  const agent = new http.Agent({ keepAlive: true })
  // The client writes all options of every call into a debug text, whether anybody reads it or not.
  Object.assign(agent, { [inspect.custom]: () => 'agent' })
  const options = {
    // The client fills what is absent from DOCKER_HOST and its kin: every field is said, so that none is.
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    username: undefined,
    timeout: undefined,
    pathPrefix: undefined,
    protocol: 'http' as const,
    socketPath: url.slice('unix://'.length),
    version: API_VERSION,
    agent,
  }
  return new Docker(options) as unknown as EngineApi
}
