import type { ElasticProvider, MachineProvider } from '../../domain/ports/provider.ts'
import type { MeasureCall } from './calls.ts'

/** Labelled by fleet. Every call is one to the provider's API, however many it makes of it. */
export function measureProvider(measure: MeasureCall, provider: MachineProvider): MachineProvider {
  const { kind, elastic } = provider
  return {
    kind,
    list: (fleet) => measure('list', () => provider.list(fleet), fleet),
    ...(elastic && { elastic: measureElastic(measure, elastic) }),
  }
}

function measureElastic(measure: MeasureCall, elastic: ElasticProvider): ElasticProvider {
  const { rest } = elastic
  return {
    offers: (fleet) => measure('offers', () => elastic.offers(fleet), fleet),
    create: (order) => measure('create', () => elastic.create(order), order.fleet),
    delete: (fleet, name) => measure('delete', () => elastic.delete(fleet, name), fleet),
    poll: (fleet, operation) => measure('poll', () => elastic.poll(fleet, operation), fleet),
    examine: (fleet) => measure('examine', () => elastic.examine(fleet), fleet),
    ...(rest && {
      rest: {
        stop: (fleet, name) => measure('stop', () => rest.stop(fleet, name), fleet),
        start: (fleet, name) => measure('start', () => rest.start(fleet, name), fleet),
      },
    }),
  }
}
