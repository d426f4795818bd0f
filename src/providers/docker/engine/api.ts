import type { Readable } from 'node:stream'
import type Docker from 'dockerode'

interface Abortable {
  readonly abortSignal: AbortSignal
}

/** A request whose query is not its body: the client would else repeat the whole body in the query. */
interface Request<Query, Body> extends Abortable {
  readonly _query: Query
  readonly _body: Body
}

/** The slice of dockerode that is used here, with the signals that its typings leave out. */
export interface EngineApi {
  info(options: Abortable): Promise<EngineInfo>
  listContainers(options: Abortable & { all: true; filters: object }): Promise<Docker.ContainerInfo[]>
  createContainer(request: Request<{ name: string }, Docker.ContainerCreateOptions>): Promise<{ readonly id: string }>
  getContainer(id: string): ContainerApi
  getImage(name: string): { inspect(options: Abortable): Promise<{ readonly Id: string }> }
  createImage(
    login: object | undefined,
    request: Request<{ fromImage: string; tag: string }, Record<string, never>>,
  ): Promise<Readable>
  importImage(
    archive: NodeJS.ReadableStream,
    request: Request<{ fromSrc: '-'; repo: string; tag: string; changes: readonly string[] }, Record<string, never>>,
  ): Promise<Readable>
  listNetworks(options: Abortable & { filters: object }): Promise<Docker.NetworkInspectInfo[]>
  createNetwork(options: Docker.NetworkCreateOptions & Abortable): Promise<{ readonly id: string }>
  getNetwork(id: string): { remove(options: Abortable): Promise<unknown> }
}

export interface ContainerApi {
  start(options: Abortable): Promise<unknown>
  stop(options: Abortable & { t: number }): Promise<unknown>
  inspect(options: Abortable): Promise<Docker.ContainerInspectInfo>
  putArchive(archive: Buffer, options: Abortable & { path: string }): Promise<unknown>
  remove(options: Abortable & { force: true; v: true }): Promise<unknown>
}

export interface EngineInfo {
  readonly NCPU: number
  readonly MemTotal: number
  readonly ServerVersion: string
  readonly OSType: string
  readonly SecurityOptions?: readonly string[] | null
}
