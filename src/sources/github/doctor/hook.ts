import { z } from 'zod'
import { understand } from '../api/fields.ts'
import { readDeliveries, succeeded, type Delivery } from '../recovery/deliveries.ts'
import type { ExamineOptions, Remark } from './remark.ts'

const hookSchema = z.object({
  url: z.string().nullish(),
  content_type: z.string().nullish(),
  insecure_ssl: z.union([z.string(), z.number()]).nullish(),
  secret: z.string().nullish(),
})

type Hook = z.output<typeof hookSchema>

const SAMPLE = 50
const SETTINGS = "in the App's settings on GitHub, under Webhook"

/** Does GitHub send its messages to us, in a form that we take. */
export async function examineHook(options: ExamineOptions): Promise<readonly Remark[]> {
  const what = "read the configuration of the App's webhook"
  const answer = await options.accounts.app.call({ route: 'GET /app/hook/config', what, purpose: 'work' })
  const hook = understand(hookSchema, answer.data, what)
  return [address(hook, options), ...form(hook)]
}

function address(hook: Hook, options: ExamineOptions): Remark {
  const path = `/hooks/github/${options.source}`
  if (!hook.url) return { level: 'error', finding: 'the App has no webhook URL', mend: `Set it ${SETTINGS}` }
  if (options.publicUrl === undefined) {
    const level = hook.url.endsWith(path) ? 'ok' : 'warning'
    return { level, finding: `the webhook goes to ${hook.url}`, mend: `Set server.public.url, so that it is checked` }
  }
  const expected = `${options.publicUrl.replace(/\/+$/, '')}${path}`
  if (hook.url === expected) return { level: 'ok', finding: `the webhook goes to ${expected}` }
  return {
    level: 'error',
    finding: `the webhook goes to ${hook.url}, not to ${expected}`,
    mend: `Set ${expected} ${SETTINGS}, or server.public.url to what is right`,
  }
}

function form(hook: Hook): Remark[] {
  const remarks: Remark[] = []
  if (hook.content_type && hook.content_type !== 'json') {
    remarks.push({
      level: 'error',
      finding: `the webhook sends ${hook.content_type}`,
      mend: `Choose the content type application/json ${SETTINGS}`,
    })
  }
  if (hook.secret === null || hook.secret === '') {
    remarks.push({
      level: 'error',
      finding: 'the webhook has no secret, so every message is refused',
      mend: `Set the secret of webhookSecret ${SETTINGS}`,
    })
  }
  if (String(hook.insecure_ssl ?? '0') !== '0') {
    remarks.push({
      level: 'warning',
      finding: "the webhook does not check this server's certificate",
      mend: `Enable SSL verification ${SETTINGS}`,
    })
  }
  return remarks
}

/** Did the latest messages arrive. */
export async function examineDeliveries(options: ExamineOptions): Promise<readonly Remark[]> {
  const { deliveries } = await readDeliveries(options.accounts.app, options.clock.wall(), undefined, SAMPLE)
  if (deliveries.length === 0) return [{ level: 'ok', finding: 'GitHub has sent no messages in the last days' }]
  const failed = deliveries.filter((delivery) => !succeeded(delivery))
  const [newest] = failed
  if (!newest) return [{ level: 'ok', finding: `the last ${deliveries.length} messages arrived` }]
  return [
    {
      level: failed.length === deliveries.length ? 'error' : 'warning',
      finding: `${failed.length} of the last ${deliveries.length} messages failed, the newest with ${status(newest)}`,
      mend: 'Check that GitHub can reach the webhook URL; missing messages are sent again by themselves',
    },
  ]
}

function status(delivery: Delivery): string {
  return delivery.status_code ? `status ${delivery.status_code}` : 'no answer'
}
