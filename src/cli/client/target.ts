import { readFile } from 'node:fs/promises'
import { environmentSettings, localService, type Environment } from '../../config/index.ts'
import { CliError, EXIT, usageError } from '../exit.ts'

/** The service that a command talks to, and how it proves who it is. */
export interface Target {
  readonly url: string
  readonly token?: string
  /** Where the token came from, in words for error messages. */
  readonly tokenOrigin: string
}

export interface TargetOptions {
  readonly url?: string
  readonly token?: string
  readonly tokenFile?: string
  readonly config?: string
}

export const DEFAULT_CONFIG = 'slipway.yaml'
const DEFAULT_URL = 'http://127.0.0.1:8081'

export function configPathOf(options: { readonly config?: string }, env: Environment): string {
  return options.config ?? environmentSettings(env).configPath ?? DEFAULT_CONFIG
}

/** Options go before the environment, and that before the configuration of a service on this host. */
export async function findTarget(options: TargetOptions, env: Environment): Promise<Target> {
  const settings = environmentSettings(env)
  const local = await localService(configPathOf(options, env), env)
  const url = checkedUrl(options.url ?? settings.url ?? local?.url ?? DEFAULT_URL)
  if (options.token !== undefined) return { url, token: options.token, tokenOrigin: 'the token of --token' }
  if (options.tokenFile !== undefined) {
    const token = await readToken(options.tokenFile)
    if (token) return { url, token, tokenOrigin: `the token in ${options.tokenFile}` }
    throw new CliError(EXIT.unauthorized, 'no_token', `the token file ${options.tokenFile} can't be read or is empty`)
  }
  if (settings.token !== undefined) return { url, token: settings.token, tokenOrigin: 'the token of SLIPWAY_TOKEN' }
  // The token of this host's service goes to this host's service, and never over the network.
  const here = local !== undefined && (url === local.url || isLoopback(url))
  const token = here ? await readToken(local.tokenPath) : undefined
  if (token) return { url, token, tokenOrigin: `the service's own token in ${local?.tokenPath}` }
  return { url, tokenOrigin: local && here ? `no token (${local.tokenPath} can't be read)` : 'no token' }
}

function checkedUrl(written: string): string {
  if (!URL.canParse(written) || !/^https?:$/.test(new URL(written).protocol)) {
    throw usageError(`\`${written}\` is no address of a service: expected for example ${DEFAULT_URL}`)
  }
  return written.replace(/\/+$/, '')
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

async function readToken(path: string): Promise<string | undefined> {
  const content = await readFile(path, 'utf8').catch(() => '')
  return content.trim() || undefined
}
