import { createRequire } from 'node:module'

interface Manifest {
  readonly version: string
}

/** As in package.json, which stands one folder above the sources and above what the build makes of them. */
export const { version } = createRequire(import.meta.url)('../package.json') as Manifest
