import { ComputeManagementClient, restorePoller } from '@azure/arm-compute'
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  RestError,
  type PipelineResponse,
} from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import type { Outbound } from '../../../kit/outbound.ts'

/** The slice of the SDK that is used. */
export interface Compute {
  readonly virtualMachines: Pick<
    ComputeManagementClient['virtualMachines'],
    'createOrUpdate' | 'delete' | 'deallocate' | 'start' | 'get' | 'list' | 'listAll' | 'instanceView'
  >
  readonly virtualMachineExtensions: Pick<ComputeManagementClient['virtualMachineExtensions'], 'createOrUpdate' | 'get'>
  readonly virtualMachineImages: Pick<ComputeManagementClient['virtualMachineImages'], 'get' | 'list'>
  readonly resourceSkus: Pick<ComputeManagementClient['resourceSkus'], 'list'>
  readonly usage: Pick<ComputeManagementClient['usage'], 'list'>
}

/** Azure Resource Manager, for one subscription. Rejects as the SDK does. */
export interface Arm {
  readonly compute: Compute
  /** A call that the SDK has no words for, with the same credential. `path` carries its api-version. */
  rest(method: 'GET' | 'DELETE', path: string, signal: AbortSignal): Promise<unknown>
  /** All items of a listing, page by page. */
  pages(path: string, signal: AbortSignal): Promise<unknown[]>
  /** Asks once how the work stands whose poller was put into words by `serialize`. Rejects if it has failed. */
  resume(serialized: string, signal: AbortSignal): Promise<'pending' | 'done'>
}

export interface ArmOptions extends Outbound {
  readonly endpoint: string
  readonly subscriptionId: string
  readonly credential: TokenCredential
}

export function createArm({ endpoint, subscriptionId, credential, ...outbound }: ArmOptions): Arm {
  const origin = new URL(endpoint).origin
  const client = new ComputeManagementClient(credential, subscriptionId, {
    ...outbound,
    endpoint: origin,
    credentials: { scopes: [`${origin}/.default`] },
    // Whether and when to try again is for the caller, who knows what else is waiting.
    retryOptions: { maxRetries: 0 },
  })
  const http = createDefaultHttpClient()

  async function rest(method: 'GET' | 'DELETE', path: string, signal: AbortSignal): Promise<unknown> {
    const url = new URL(path, origin)
    // The request carries our token: a link that leads elsewhere is not followed.
    if (url.origin !== origin) throw new RestError(`${url.origin} is not ${origin}`, { statusCode: 400 })
    const headers = createHttpHeaders({ accept: 'application/json' })
    const request = createPipelineRequest({ url: url.href, method, headers, abortSignal: signal })
    const answer = await client.pipeline.sendRequest(http, request)
    if (answer.status >= 300) throw restError(answer)
    return answer.bodyAsText ? JSON.parse(answer.bodyAsText) : undefined
  }

  return {
    compute: client,
    rest,
    async pages(path, signal) {
      const items: unknown[] = []
      for (let next: string | undefined = path; next;) {
        const page = (await rest('GET', next, signal)) as { value?: unknown[]; nextLink?: string } | undefined
        items.push(...(page?.value ?? []))
        next = page?.nextLink
      }
      return items
    },
    async resume(serialized, signal) {
      const poller = restorePoller(client, serialized, client.virtualMachines.start, {
        processResponseBody: () => Promise.resolve(undefined),
      })
      await poller.poll({ abortSignal: signal })
      return poller.isDone ? 'done' : 'pending'
    },
  }
}

function restError(response: PipelineResponse): RestError {
  const { code, message } = parse(response.bodyAsText)
  const { status: statusCode, request } = response
  return new RestError(message ?? `HTTP ${statusCode}`, { statusCode, request, response, ...(code && { code }) })
}

function parse(text: string | null | undefined): { code?: string; message?: string } {
  try {
    const body = JSON.parse(text ?? '') as { error?: { code?: string; message?: string } }
    return body.error ?? {}
  } catch {
    // Not an answer of Azure's own, but of something on the way; its status says enough.
    return {}
  }
}
