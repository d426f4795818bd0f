import type { JobSource, SourceRoute } from '../../domain/ports/source.ts'
import type { MeasureCall } from './calls.ts'

/** Times every call of a source, the reading of its webhooks (signature and payload) among them. */
export function measureSource(measure: MeasureCall, source: JobSource): JobSource {
  const { name } = source
  const timed = <T>(verb: string, call: () => Promise<T>): Promise<T> => measure(verb, call, name)
  const recover = source.recover?.bind(source)
  const readDue = source.readDue?.bind(source)
  const rerun = source.rerun?.bind(source)
  const measureRoute = (route: SourceRoute): SourceRoute => ({
    ...route,
    handle: (body, headers) => timed('handle', () => route.handle(body, headers)),
  })
  const routes = source.routes.map(measureRoute)
  return {
    name,
    kind: source.kind,
    binding: source.binding,
    ...(source.agentsStay && { agentsStay: true }),
    get scopes() {
      return source.scopes
    },
    routes,
    ...(readDue && { readDue }),
    width: (scope) => timed('width', () => source.width(scope)),
    read: (scope, busy) => timed('read', () => source.read(scope, busy)),
    inspect: (job) => timed('inspect', () => source.inspect(job)),
    registrations: (scope) => timed('registrations', () => source.registrations(scope)),
    admit: (request) => timed('admit', () => source.admit(request)),
    dismiss: (registration) => timed('dismiss', () => source.dismiss(registration)),
    ...(rerun && { rerun: (job) => timed('rerun', () => rerun(job)) }),
    ...(recover && { recover: (cursor, known) => timed('recover', () => recover(cursor, known)) }),
    examine: () => timed('examine', () => source.examine()),
    close: () => source.close(),
  }
}
