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
  /** `version` is that of the API, part of every path. */
  readonly modem: {
    version?: string
    dial(request: StreamRequest, done: (error: unknown, stream: Readable) => void): void
  }
  version(options: Abortable): Promise<{ readonly Version: string; readonly Components?: readonly { Name: string }[] }>
  info(options: Abortable): Promise<EngineInfo>
  listContainers(options: Abortable & { all: true; filters: object }): Promise<Docker.ContainerInfo[]>
  createContainer(request: Request<{ name: string }, Docker.ContainerCreateOptions>): Promise<{ readonly id: string }>
  getContainer(id: string): ContainerApi
  getImage(name: string): { inspect(options: Abortable): Promise<ImageInfo> }
  loadImage(archive: Readable, request: Request<{ quiet: true }, Record<string, never>>): Promise<Readable>
  createImage(
    login: object | undefined,
    request: Request<{ fromImage: string; tag: string }, Record<string, never>>,
  ): Promise<Readable>
  listNetworks(options: Abortable & { filters: object }): Promise<Docker.NetworkInspectInfo[]>
  createNetwork(options: Docker.NetworkCreateOptions & Abortable): Promise<unknown>
  getNetwork(name: string): {
    inspect(options: Abortable): Promise<{ readonly Labels?: Readonly<Record<string, string>> | null }>
    remove(options: Abortable): Promise<unknown>
  }
  listVolumes(
    options: Abortable & { filters: object },
  ): Promise<{ readonly Volumes?: readonly { Name: string }[] | null }>
  getEvents(options: Abortable & { filters: object }): Promise<Readable>
}

/** A request whose answer is read as it comes. */
export interface StreamRequest extends Abortable {
  readonly path: string
  readonly method: 'GET'
  readonly isStream: true
  readonly statusCodes: Readonly<Record<number, boolean | string>>
  readonly options: object
}

export interface ContainerApi {
  start(options: Abortable): Promise<unknown>
  inspect(options: Abortable): Promise<Docker.ContainerInspectInfo>
  attach(
    options: Abortable & { stream: true; stdin: true; stdout: true; stderr: true; hijack: true },
  ): Promise<NodeJS.ReadWriteStream>
  top(options: Abortable & { ps_args: string }): Promise<{
    readonly Processes?: readonly (readonly string[])[] | null
  }>
  wait(options: Abortable): Promise<unknown>
  putArchive(archive: Buffer, options: Abortable & { path: string }): Promise<unknown>
  infoArchive(options: Abortable & { path: string }): Promise<NodeJS.ReadableStream>
  remove(options: Abortable & { force: true; v: true }): Promise<unknown>
}

export interface EngineInfo {
  readonly NCPU: number
  readonly MemTotal: number
  readonly DockerRootDir: string
  readonly ServerVersion?: string
  readonly MemoryLimit?: boolean
  readonly PidsLimit?: boolean
  readonly SwapLimit?: boolean
  readonly CgroupVersion?: string
  readonly Driver?: string
  readonly SecurityOptions?: readonly string[] | null
}

interface ImageInfo {
  readonly Id: string
  readonly Config: { readonly Entrypoint?: string | string[] | null; readonly Cmd?: string | string[] | null }
}
