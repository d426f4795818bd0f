import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appClient, type Client } from '../../../../test/github-validation/client.ts'
import { createFixture } from '../../../../test/github-validation/fixture.ts'
import type { FakeClock } from '../../../../test/fakes/clock.ts'
import { createWebhookReceiver, type WebhookReceiver } from '../../../../test/github-validation/receiver.ts'
import type { GithubStandIn, GithubStandInOptions } from '../index.ts'

let receiver: WebhookReceiver
let standIn: GithubStandIn
let clock: FakeClock
let client: Client

async function open(webhooks: GithubStandInOptions['webhooks'] = {}, seed = 1): Promise<void> {
  ;({ standIn, clock } = await createFixture({ seed, webhooks: { url: receiver.url, secret: 'hush', ...webhooks } }))
  client = appClient(standIn, clock.wall())
}

beforeEach(async () => {
  receiver = await createWebhookReceiver()
})
afterEach(async () => {
  await standIn.close()
  await receiver[Symbol.asyncDispose]()
})

const submit = () => standIn.submit({ repository: 'acme/widgets', labels: ['linux'] })
const deliveries = async (query = '') => {
  const answer = await client.get(`/app/hook/deliveries${query}`)
  return { link: answer.headers.get('link'), items: answer.body as { id: number; guid: string; status_code: number }[] }
}

test('a webhook is signed over the very bytes that are sent', async () => {
  await open()
  const job = submit()
  await standIn.webhooksIdle()
  const { headers, body } = receiver.received[0]!
  expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', 'hush').update(body).digest('hex')}`)
  expect(headers).toMatchObject({ 'x-github-event': 'workflow_job', 'x-github-hook-installation-target-id': '4242' })
  expect(JSON.parse(body.toString())).toMatchObject({
    action: 'queued',
    workflow_job: { id: job.id, labels: ['linux'], runner_name: null, run_attempt: 1 },
    repository: { full_name: 'acme/widgets' },
    installation: { id: standIn.installations[0]!.id },
  })
})

test('every change of a job is told, and an injected job is not', async () => {
  await open()
  const job = standIn.submit({ repository: 'acme/widgets', labels: ['linux'], approval: true })
  await standIn.webhooksIdle()
  standIn.approve(job)
  await standIn.webhooksIdle()
  standIn.cancel(job)
  standIn.submit({ repository: 'acme/widgets', labels: ['linux'], notify: false })
  await standIn.webhooksIdle()
  const actions = receiver.received.map(({ body }) => (JSON.parse(body.toString()) as { action: string }).action)
  expect(actions).toEqual(['waiting', 'queued', 'completed'])
})

test('the log lists attempts newest first, by cursor, and failures apart', async () => {
  await open()
  for (let count = 0; count < 3; count += 1) {
    receiver.answer(count === 1 ? 503 : 200)
    submit()
    await standIn.webhooksIdle()
  }
  const first = await deliveries('?per_page=2')
  expect(first.items.map(({ status_code: code }) => code)).toEqual([200, 503])
  const cursor = /cursor=([^&>]+)/.exec(first.link ?? '')?.[1]
  const second = await deliveries(`?per_page=2&cursor=${cursor}`)
  expect(second.items).toHaveLength(1)
  expect(second.link).toBeNull()
  expect((await deliveries('?status=failure')).items).toEqual([first.items[1]])
})

test('a redelivery has the same GUID and body', async () => {
  await open()
  submit()
  await standIn.webhooksIdle()
  const { items } = await deliveries()
  expect((await client.post(`/app/hook/deliveries/${items[0]?.id}/attempts`)).status).toBe(202)
  await standIn.webhooksIdle()
  const [first, second] = receiver.received
  expect(second?.headers['x-github-delivery']).toBe(first?.headers['x-github-delivery'])
  expect(second?.body).toEqual(first?.body)
  expect((await deliveries()).items[0]).toMatchObject({ guid: items[0]?.guid, redelivery: true })
})

test('lost webhooks are in the log, some as failed and some as delivered', async () => {
  await open({ drop: 1 })
  for (let count = 0; count < 12; count += 1) submit()
  await standIn.webhooksIdle()
  expect(receiver.received).toEqual([])
  expect(standIn.webhooks()).toMatchObject({ sent: 12, dropped: 12 })
  const codes = (await deliveries()).items.map(({ status_code: code }) => code)
  expect(new Set(codes)).toEqual(new Set([200, 502, 504]))
})

test('a doubled webhook arrives twice and is logged once', async () => {
  await open({ duplicate: 1 })
  submit()
  await standIn.webhooksIdle()
  expect(receiver.received.map(({ headers }) => headers['x-github-delivery'])).toHaveLength(2)
  expect((await deliveries()).items).toHaveLength(1)
  expect(standIn.webhooks().doubled).toBe(1)
})

test('held-back webhooks are overtaken', async () => {
  await open({ reorder: 0.5, heldBackMs: [100, 200] }, 3)
  for (let count = 0; count < 10; count += 1) submit()
  await clock.advance(200)
  await standIn.webhooksIdle()
  expect(receiver.received).toHaveLength(10)
  expect(standIn.webhooks().reordered).toBeGreaterThan(0)
})

test('a receiver that never answers has timed out after 10 s; one that is not there can not be reached', async () => {
  await open()
  receiver.answer('silence')
  submit()
  await receiver.has(1)
  await clock.advance(10_000)
  await standIn.webhooksIdle()
  standIn.setWebhookUrl('http://127.0.0.1:9/')
  submit()
  await standIn.webhooksIdle()
  expect((await deliveries()).items.map(({ status_code: code }) => code)).toEqual([502, 504])
})

test('closing ends what is held and delayed', async () => {
  await open({ delayMs: [5000, 5000] })
  submit()
  await standIn.close()
  await clock.advance(5000)
  expect(receiver.received).toEqual([])
})
