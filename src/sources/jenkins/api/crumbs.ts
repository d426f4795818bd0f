import { z } from 'zod'
import { Transient } from '../../../domain/errors.ts'

/** What a request that changes something carries against forgery: a header, and the session that it belongs to. */
export interface Crumb {
  readonly headers: Readonly<Record<string, string>>
}

export interface Crumbs {
  /** Undefined where the controller wants none. */
  current(): Promise<Crumb | undefined>
  renew(): Promise<Crumb | undefined>
}

const schema = z.object({ crumb: z.string(), crumbRequestField: z.string() })

/** The issuer's answer; undefined where there is none. */
type Ask = () => Promise<{ readonly page: string; readonly cookies: readonly string[] } | undefined>

/** One crumb for all requests, until the controller refuses it. */
export function createCrumbs(ask: Ask): Crumbs {
  let held: Promise<Crumb | undefined> | undefined

  async function fetchCrumb(): Promise<Crumb | undefined> {
    const answer = await ask()
    if (!answer) return undefined
    const { crumb, crumbRequestField } = crumbOf(answer.page)
    const cookie = answer.cookies.map((line) => line.split(';')[0] ?? '').join('; ')
    return { headers: { [crumbRequestField]: crumb, ...(cookie && { cookie }) } }
  }

  function renew(): Promise<Crumb | undefined> {
    const asked = fetchCrumb()
    held = asked
    asked.catch(() => {
      if (held === asked) held = undefined
    })
    return asked
  }

  return { current: () => held ?? renew(), renew }
}

function crumbOf(page: string): z.output<typeof schema> {
  try {
    return schema.parse(JSON.parse(page))
  } catch (error) {
    throw new Transient('the crumb issuer gave no crumb', { cause: error })
  }
}
