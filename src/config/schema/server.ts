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
