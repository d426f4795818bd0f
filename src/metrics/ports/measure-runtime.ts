import type { Machine } from '../../domain/machine.ts'
import type { ContainerRuntime } from '../../domain/ports/runtime.ts'
import type { MeasureCall } from './calls.ts'
import type { Instruments } from '../instruments.ts'
import type { ChangeWatcher } from './measure-store.ts'

export interface RuntimeMeter {
  readonly watcher: ChangeWatcher
  readonly measureRuntime: (runtime: ContainerRuntime, machine: string) => ContainerRuntime
}

/** Labelled by the machine's fleet: machines come and go, and each would leave its own series behind. */
export function createRuntimeMeter(make: Instruments, measure: MeasureCall): RuntimeMeter {
  const events = make.counter('runtime_events_total', 'What container engines told of containers.', ['fleet', 'what'])
  const fleets = new Map<string, string>()

  function remember(machine: Machine): void {
    if (machine.state === 'gone' || machine.state === 'failed') fleets.delete(machine.key)
    else fleets.set(machine.key, machine.fleet)
  }

  return {
    watcher: {
      onLoaded(table, records) {
        if (table === 'machine') for (const machine of records as readonly Machine[]) remember(machine)
      },
      onCommitted(change) {
        if (change.kind === 'put' && change.table === 'machine') remember(change.record)
      },
    },
    measureRuntime(runtime, machine) {
      const fleet = (): string => fleets.get(machine) ?? 'unknown'
      const timed = <T>(verb: string, call: () => Promise<T>): Promise<T> => measure(verb, call, fleet())
      return {
        prepare: (spec) => timed('prepare', () => runtime.prepare(spec)),
        activate: (key, activation) => timed('activate', () => runtime.activate(key, activation)),
        list: () => timed('list', () => runtime.list()),
        activity: (key) => timed('activity', () => runtime.activity(key)),
        end: (key) => timed('end', () => runtime.end(key)),
        tail: (key, bytes) => timed('tail', () => runtime.tail(key, bytes)),
        // As long as its reader takes: the archive's own call is timed.
        log: (key) => runtime.log(key),
        remove: (key) => timed('remove', () => runtime.remove(key)),
        hasImage: (image) => timed('hasImage', () => runtime.hasImage(image)),
        pull: (image, onProgress) => timed('pull', () => runtime.pull(image, onProgress)),
        probe: (image) => timed('probe', () => runtime.probe(image)),
        examine: () => timed('examine', () => runtime.examine()),
        bootstrapped: () => timed('bootstrapped', () => runtime.bootstrapped()),
        notices: () => timed('notices', () => runtime.notices()),
        watch: (onEvent, signal) =>
          runtime.watch((event) => {
            events.inc({ fleet: fleet(), what: event.what })
            onEvent(event)
          }, signal),
        close: () => runtime.close(),
      }
    },
  }
}
