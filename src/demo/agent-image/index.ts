import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SlipwayError } from '../../domain/errors.ts'
import { applets, findStaticBusybox } from './busybox.ts'
import type { ImageEngine } from './engine.ts'
import { buildContext, type Ground } from './layers.ts'

export { dockerImageEngine, type ImageEngine } from './engine.ts'

export interface DemoAgentImage {
  readonly reference: string
  /** What it was made of, in words. */
  readonly madeOf: string
  /** Command of the pool. */
  readonly command: readonly string[]
}

export interface ImageOptions {
  /** Default `slipway-demo-agent`. */
  readonly repository?: string
  /** Where a static busybox of this machine may be. */
  readonly places?: readonly string[]
}

type Base = Ground & { readonly words: string }

const PULLED = 'busybox:stable'
const suitable = new Set(['busybox', 'alpine', 'debian', 'ubuntu'])

/**
 * Builds the image of the demo's agents with what is at hand: a local image that has the few tools, else a static
 * busybox of this machine, else busybox pulled. Built before, it is only looked up. Rejects with a SlipwayError that
 * says what to install when there is nothing to build on.
 */
export async function buildDemoAgentImage(engine: ImageEngine, options: ImageOptions = {}): Promise<DemoAgentImage> {
  const script = await readFile(new URL('./slipway-demo-agent.sh', import.meta.url), 'utf8')
  const base = (await localImage(engine)) ?? (await hostBusybox(engine, options.places)) ?? (await pulledImage(engine))
  const reference = `${options.repository ?? 'slipway-demo-agent'}:${fingerprint(script, base)}`
  if (!(await engine.has(reference))) await engine.build(await buildContext(base, script), reference)
  return { reference, madeOf: base.words, command: ['/usr/local/bin/slipway-demo-agent'] }
}

const TOOLS =
  'for tool in base64 sed timeout mktemp; do command -v $tool || exit 1; done; command -v wget || command -v curl'

async function localImage(engine: ImageEngine): Promise<Base | undefined> {
  for (const image of await engine.tags()) {
    if (!isSuitable(image)) continue
    if (await engine.succeeds(image, TOOLS)) return { words: `the local image ${image}`, image }
  }
  return undefined
}

/** Well-known images only: `busybox:1.36`, `HOST/library/busybox:1.36`. */
function isSuitable(tag: string): boolean {
  const [, name = ''] = /^(?:(?:.*\/)?library\/)?([a-z]+):/.exec(tag) ?? []
  return suitable.has(name)
}

async function hostBusybox(engine: ImageEngine, places?: readonly string[]): Promise<Base | undefined> {
  const path = await findStaticBusybox(await engine.architecture(), places)
  return path === undefined ? undefined : { words: path, busybox: await readFile(path) }
}

async function pulledImage(engine: ImageEngine): Promise<Base> {
  try {
    await engine.pull(PULLED)
  } catch (error) {
    throw new SlipwayError(
      'The image of the demo agent needs something to be built on, and there is nothing: no local image of busybox, ' +
        `alpine, debian or ubuntu with wget, no static busybox on this machine, and ${PULLED} can't be pulled. ` +
        'Install the package busybox-static, or load one of these images.',
      { cause: error },
    )
  }
  return { words: `the pulled image ${PULLED}`, image: PULLED }
}

/** Changes with everything that the image is made of. */
function fingerprint(script: string, base: Base): string {
  const hash = createHash('sha256').update(script).update(applets.join())
  return hash
    .update('image' in base ? base.image : base.busybox)
    .digest('hex')
    .slice(0, 12)
}
