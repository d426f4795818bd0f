import { isIP } from 'node:net'
import { z } from 'zod'
import { count, duration } from '../../kit/schema.ts'

const LISTEN_HELP = "expected address:port, for example '127.0.0.1:8081', '0.0.0.0:8080' or '[::1]:8081'"

/** Where a listener binds, from `host:port`; port 0 takes any that is free. */
function listen() {
  return z
    .string({ error: LISTEN_HELP })
    .regex(/^(\[[0-9A-Fa-f:]+\]|[\w.-]+):\d{1,5}$/, { error: LISTEN_HELP })
    .transform((written, context) => {
      const colon = written.lastIndexOf(':')
      const port = Number(written.slice(colon + 1))
      if (port > 65_535) {
        context.addIssue({ code: 'custom', message: `${LISTEN_HELP}, the port at most 65535` })
        return z.NEVER
      }
      return { host: written.slice(0, colon).replace(/^\[|\]$/g, ''), port }
    })
}

const NETWORK_HELP = "expected an address or a network, for example '10.0.0.0/8', '192.0.2.7' or 'fd00::/8'"

function network() {
  return z
    .string({ error: NETWORK_HELP })
    .refine(isNetwork, { error: NETWORK_HELP })
    .describe('One address, or all that begin with the same bits.')
}

function proxyNetwork() {
  const written = network()
  return written
    .refine((one) => !one.endsWith('/0'), { error: 'this is everybody: name the proxies' })
    .describe(written.description ?? '')
}

function isNetwork(written: string): boolean {
  const [address = '', bits, ...rest] = written.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const HEADER_HELP = "expected the name of a header that only the proxy sets, for example 'x-forwarded-user'"

/** Headers that mean something else to us or to HTTP. */
const taken = /^(authorization|cookie|host|origin|content-.*|sec-.*|connection|transfer-encoding)$/

const proxyAuth = z
  .strictObject({
    header: z
      .string({ error: HEADER_HELP })
      .regex(/^[A-Za-z0-9-]+$/, { error: HEADER_HELP })
      .transform((name) => name.toLowerCase())
      .refine((name) => !taken.test(name), { error: HEADER_HELP })
      .prefault('x-forwarded-user')
      .describe('Who the user is, by the name that the proxy gives.'),
    trusted: z
      .array(proxyNetwork())
      .min(1, { error: 'expected the addresses of the proxies: everybody else could else say who they are' })
      .describe('Addresses or networks of the proxies. The header counts from no other peer.'),
    admins: z.array(z.string().min(1)).default([]).describe('Users who may do everything; `*` stands for any letters.'),
    readers: z.array(z.string().min(1)).default([]).describe('Users who may look.'),
    logs: z.array(z.string().min(1)).default([]).describe('Those of them who may also read the output of jobs.'),
  })
  .describe('A proxy in front of the console that logs people in and tells who they are.')

export const serverSchema = z
  .strictObject({
    public: z
      .strictObject({
        listen: listen().prefault('0.0.0.0:8080').describe('Address and port of the public listener.'),
        url: z
          .url({ protocol: /^https?$/, error: "expected an address, for example 'https://slipway.example.com'" })
          .optional()
          .describe('How the outside reaches the public listener; `github setup` and `doctor` use it.'),
        trustProxy: z
          .array(z.string().min(1))
          .default([])
          .describe('Addresses or networks of reverse proxies whose `x-forwarded-for` is believed.'),
        hooksPerMinute: count(1).default(6000).describe('Most pushes that one client address may send in a minute.'),
      })
      .prefault({})
      .describe('The listener for webhooks, and for nothing else.'),
    admin: z
      .strictObject({
        listen: listen().prefault('127.0.0.1:8081').describe('Address and port of the admin listener.'),
        metricsOpen: z.boolean().default(true).describe('Whether `/metrics` is read without a token.'),
        sessionTtl: duration().prefault('12h').describe('How long a login to the console lasts.'),
        trustProxy: z
          .array(network())
          .default([])
          .describe(
            'Addresses or networks of reverse proxies whose `x-forwarded-proto`, `-host`, `-for` are believed.',
          ),
        proxyAuth: proxyAuth.optional(),
      })
      .prefault({})
      .describe('The listener for API, metrics and health.'),
  })
  .prefault({})
  .describe('The two listeners.')

export const storeSchema = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .default('./slipway.db')
      .describe('The database file, relative to this file. The admin token stands beside it, in `PATH.token`.'),
    retention: z
      .strictObject({
        jobs: duration().prefault('30d').describe('How long finished jobs and what ran them are kept.'),
        journal: duration().prefault('30d').describe('How long the journal is kept.'),
        deliveries: duration()
          .prefault('7d')
          .describe('How long ids of webhook deliveries are kept, by which repeated ones are told.'),
        ledger: duration().prefault('400d').describe('How long it is kept what machines cost, and for which jobs.'),
      })
      .prefault({})
      .describe('What is removed by age.'),
  })
  .prefault({})
  .describe('Where Slipway keeps its memory.')

export const logSchema = z
  .strictObject({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error'])
      .default('info')
      .describe('The least severe lines that are written.'),
  })
  .prefault({})
  .describe('The log on standard output.')
