import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Estate } from '../../estate.ts'
import { appShape, type App } from '../../shapes/installation.ts'
import type { Urls } from '../../shapes/urls.ts'
import type { WebhookSender } from '../../webhooks/sender.ts'
import { notFound } from '../answer.ts'
import type { Operation } from '../operation.ts'

export interface ManifestDependencies {
  readonly app: App
  readonly estate: Estate
  readonly secrets: { readonly privateKey: string; readonly webhookSecret: string }
  readonly sender: WebhookSender
  readonly urls: () => Urls
}

/** What a manifest may hold, as far as the stand-in heeds it. */
interface Manifest {
  readonly name?: string
  readonly redirect_url?: string
  readonly hook_attributes?: { readonly url?: string }
  readonly default_permissions?: Readonly<Record<string, string>>
  readonly default_events?: readonly string[]
}

export interface ManifestFlow {
  readonly operations: readonly Operation[]
  /** The page to which a person's browser posts the manifest; it goes back with a code that is good once. */
  mount(server: FastifyInstance): void
}

export function createManifestFlow({ app, estate, secrets, sender, urls }: ManifestDependencies): ManifestFlow {
  const codes = new Map<string, Manifest>()

  function accept(body: unknown, state: string | undefined): string {
    const form = new URLSearchParams(String(body))
    const manifest = JSON.parse(form.get('manifest') ?? '{}') as Manifest
    const code = randomBytes(20).toString('hex')
    codes.set(code, manifest)
    const target = new URL(manifest.redirect_url ?? `${urls().html}/`)
    target.searchParams.set('code', code)
    if (state !== undefined) target.searchParams.set('state', state)
    return target.toString()
  }

  function convert(code: string) {
    const manifest = codes.get(code)
    if (!manifest) throw notFound()
    codes.delete(code)
    if (manifest.hook_attributes?.url) sender.setUrl(manifest.hook_attributes.url)
    const made = {
      ...app,
      name: manifest.name ?? app.name,
      permissions: manifest.default_permissions ?? app.permissions,
      events: manifest.default_events ?? app.events,
    }
    const owner = estate.installations[0]?.account ?? { id: 1, login: 'slipway', type: 'User' as const }
    return {
      ...appShape(made, owner, 0, urls()),
      client_secret: randomBytes(20).toString('hex'),
      webhook_secret: secrets.webhookSecret,
      pem: secrets.privateKey,
    }
  }

  return {
    operations: [
      {
        id: 'apps/create-from-manifest',
        method: 'POST',
        path: '/app-manifests/:code/conversions',
        by: 'anybody',
        handle: (call) => ({ status: 201, body: convert(call.params.code ?? '') }),
      },
    ],
    mount(server) {
      for (const path of ['/settings/apps/new', '/organizations/:org/settings/apps/new']) {
        server.post(path, (request, reply) => {
          const { state } = request.query as { state?: string }
          return reply.redirect(accept(request.body, state), 302)
        })
      }
    },
  }
}
