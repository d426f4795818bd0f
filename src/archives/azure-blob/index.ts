import type { TokenCredential } from '@azure/identity'
import { NotFound } from '../../domain/errors.ts'
import { dayOfLog, type Archive } from '../../domain/ports/archive.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { OutboundOptions } from '../../kit/outbound.ts'
import { createBlobCall, type BlobCall } from './calls.ts'
import { connectContainer, publicUrl } from './connect.ts'
import { examine } from './examine.ts'
import { prune } from './prune.ts'
import { metadataOf, putBlob } from './put.ts'
import type { AzureBlobArchiveConfig } from './schema.ts'

export interface AzureBlobArchiveOptions extends OutboundOptions {
  readonly owner: string
  readonly clock: Clock
  /** Absent: managed identity, workload identity, environment, Azure's command line, whichever is there first. */
  readonly credential?: TokenCredential
  /** Of one request. */
  readonly deadlineMs?: number
}

const DEADLINE_MS = 45_000

/** Logs as block blobs of plain text. Throws if the CA file or the connection string can't be read. */
export function createAzureBlobArchive(config: AzureBlobArchiveConfig, options: AzureBlobArchiveOptions): Archive {
  const { owner, clock, credential, deadlineMs = DEADLINE_MS } = options
  const { client, where } = connectContainer(config, options, credential)
  const call = createBlobCall(clock, where, deadlineMs)
  const prefix = config.prefix === undefined ? '' : `${config.prefix.replace(/\/+$/, '')}/`
  const blobOf = (name: string) => {
    if (dayOfLog(owner, name) === undefined) throw new NotFound(`${name} is no log of ${owner}`)
    return client.getBlockBlobClient(`${prefix}${name}`)
  }
  return {
    kind: 'azureBlob',
    async put({ name, facts, content }, signal) {
      const blob = blobOf(name)
      const bytes = await putBlob(call, blob, metadataOf(owner, facts), content, signal)
      return { bytes, url: publicUrl(blob.url) }
    },
    async get(name) {
      const blob = blobOf(name)
      const closing = new AbortController()
      // Without the call's own signal: its deadline is one of silence, not of the whole reading.
      const { readableStreamBody } = await call('reading a log', () =>
        blob.download(0, undefined, { abortSignal: closing.signal }),
      )
      return bytesOf(call, readableStreamBody as AsyncIterable<Buffer> | undefined, closing)
    },
    prune: (before, limit) => prune({ call, client, prefix, owner, before, limit }),
    examine: () => examine(call, client, { container: where.container, prefix, owner }),
  }
}

async function* bytesOf(
  call: BlobCall,
  stream: AsyncIterable<Buffer> | undefined,
  closing: AbortController,
): AsyncGenerator<Uint8Array> {
  const chunks = stream?.[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await call('reading a log', async () => chunks?.next())
      if (!next || next.done) return
      yield next.value
    }
  } finally {
    closing.abort()
  }
}
