import { z } from 'zod'
import { Refused } from '../../../domain/errors.ts'

/** Work under way, in words that outlive the process. */
export interface AzureOperation {
  readonly verb: 'create' | 'delete' | 'start' | 'stop'
  readonly machine: string
  /** The SDK's serialized poller; absent where only looking at the machine tells how it stands. */
  readonly poller?: string
}

const operationSchema = z.object({
  verb: z.enum(['create', 'delete', 'start', 'stop']),
  machine: z.string(),
  poller: z.string().optional(),
})

export function operationText({ verb, machine, poller }: AzureOperation): string {
  return JSON.stringify({ verb, machine, ...(poller !== undefined && { poller }) })
}

/** Throws Refused if it is none of ours. */
export function parseOperation(text: string): AzureOperation {
  try {
    const { poller, ...rest } = operationSchema.parse(JSON.parse(text))
    return { ...rest, ...(poller !== undefined && { poller }) }
  } catch {
    throw new Refused(`not an operation on Azure: ${text.slice(0, 80)}`)
  }
}

/** What is used of the SDK's pollers. They are thenable and then wait for the end: never await one, nor return it. */
export interface Poller {
  submitted(): Promise<void>
  serialize(): Promise<string>
  readonly isDone: boolean
  readonly operationState: { readonly status: string; readonly error?: Error } | undefined
}

/** Waits until Azure has accepted the work; the poller in words, or undefined if it was done at once. */
export async function accepted(poller: Poller): Promise<string | undefined> {
  await poller.submitted()
  const { status, error } = poller.operationState ?? { status: 'running' }
  if (status === 'failed' || status === 'canceled') throw error ?? new Error(`the work was ${status} at once`)
  return poller.isDone ? undefined : withoutResult(await poller.serialize())
}

const pollerSchema = z.object({ state: z.looseObject({ config: z.looseObject({}) }) })

/** Asking costs one request then: the finished resource is not fetched, for the next listing shows it anyway. */
function withoutResult(serialized: string): string {
  const { state } = pollerSchema.parse(JSON.parse(serialized))
  const { resourceLocation: _location, ...config } = state.config
  return JSON.stringify({ state: { status: 'running', config } })
}
