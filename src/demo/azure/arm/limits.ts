import type { Clock } from '../../../domain/ports/clock.ts'
import { Refusal } from './answer.ts'

/** How many more writes, deletes and reads the subscription takes: each kind has a bucket that fills again. */
export interface Limits {
  /** Throws `Refusal` 429 for an empty bucket; else the headers that tell what is left. */
  spend(method: string): Readonly<Record<string, string>>
}

interface Bucket {
  left: number
  at: number
}

export function createLimits(clock: Clock, { burst, perSecond }: { burst: number; perSecond: number }): Limits {
  const buckets = new Map<string, Bucket>()

  function filled(kind: string): Bucket {
    const now = clock.monotonic()
    const bucket = buckets.get(kind) ?? { left: burst, at: now }
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond)
    bucket.at = now
    buckets.set(kind, bucket)
    return bucket
  }

  return {
    spend(method) {
      const kind = method === 'DELETE' ? 'deletes' : 'writes'
      if (method === 'GET') return { 'x-ms-ratelimit-remaining-subscription-reads': '249' }
      const bucket = filled(kind)
      if (bucket.left < 1) {
        const seconds = Math.ceil((1 - bucket.left) / perSecond)
        const message = `The request is being throttled as the limit of subscription ${kind} has been reached. Please try again after '${seconds}' seconds.`
        throw new Refusal(429, 'SubscriptionRequestsThrottled', message, { 'retry-after': String(seconds) })
      }
      bucket.left -= 1
      return { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(Math.floor(bucket.left)) }
    },
  }
}
