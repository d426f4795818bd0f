import type { Exchange, GithubStandInOptions } from '../../src/demo/github/index.ts'
import { createRestValidator } from './rest.ts'
import { createWebhookValidator } from './webhooks.ts'

/** Wraps a stand-in: pass `observers` into its options, and look at `violations` at the end of the test. */
export interface GithubValidation {
  readonly observers: Required<Pick<GithubStandInOptions, 'observe' | 'observeWebhook'>>
  /** One line for each way in which a request, an answer or a webhook differs from what GitHub publishes. */
  readonly violations: readonly string[]
  /** How much was checked, so that a test can tell silence from success. */
  readonly checked: { readonly exchanges: number; readonly webhooks: number }
}

/** Reading GitHub's descriptions takes long, and they hold no state. */
const rest = createRestValidator()
const webhooks = createWebhookValidator()

export function createGithubValidation(): GithubValidation {
  const violations: string[] = []
  const checked = { exchanges: 0, webhooks: 0 }
  return {
    observers: {
      observe(exchange: Exchange) {
        checked.exchanges += 1
        violations.push(...rest.check(exchange))
      },
      observeWebhook(event, payload) {
        checked.webhooks += 1
        violations.push(...webhooks.check(event, payload))
      },
    },
    violations,
    checked,
  }
}
