/** Environment variables by name, as the process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the command line takes from the environment. Variables named in the configuration are looked up by loading. */
export interface EnvironmentSettings {
  /** SLIPWAY_CONFIG: the configuration file. */
  readonly configPath?: string
  /** SLIPWAY_URL: the admin listener of the service that commands talk to. */
  readonly url?: string
  /** SLIPWAY_TOKEN: the secret of a token. */
  readonly token?: string
  /** False with NO_COLOR, true with FORCE_COLOR, else undefined: the terminal decides. */
  readonly color?: boolean
}

/** The only place that reads the process's environment. */
export function processEnvironment(): Environment {
  return process.env
}

export function environmentSettings(env: Environment): EnvironmentSettings {
  const color = given(env['NO_COLOR']) ? false : given(env['FORCE_COLOR']) ? true : undefined
  return {
    ...(given(env['SLIPWAY_CONFIG']) && { configPath: env['SLIPWAY_CONFIG'] }),
    ...(given(env['SLIPWAY_URL']) && { url: env['SLIPWAY_URL'] }),
    ...(given(env['SLIPWAY_TOKEN']) && { token: env['SLIPWAY_TOKEN'] }),
    ...(color !== undefined && { color }),
  }
}

function given(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}
