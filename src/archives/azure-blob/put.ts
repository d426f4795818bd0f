import { randomUUID } from 'node:crypto'
import type { BlockBlobClient } from '@azure/storage-blob'
import type { LogFacts } from '../../domain/ports/archive.ts'
import type { BlobCall } from './calls.ts'

/** A log up to this size is one request. Longer ones go up in blocks, which count only once all are there. */
export const BLOCK = 4 * 1024 * 1024

/** The blob is there whole or not at all; blocks of an attempt that was cut off the service forgets after a week. */
export async function putBlob(
  call: BlobCall,
  blob: BlockBlobClient,
  metadata: Record<string, string>,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  const settings = {
    // What browsers show and never run.
    blobHTTPHeaders: { blobContentType: 'text/plain; charset=utf-8', blobContentDisposition: 'inline' },
    metadata,
  }
  const ids: string[] = []
  let bytes = 0
  let last: Buffer = Buffer.alloc(0)
  for await (const block of blocksOf(content)) {
    signal.throwIfAborted()
    bytes += block.length
    if (last.length > 0) ids.push(await stage(call, blob, last, signal))
    last = block
  }
  if (ids.length === 0) {
    await call('putting a log', (abortSignal) => blob.upload(last, last.length, { ...settings, abortSignal }), signal)
    return bytes
  }
  ids.push(await stage(call, blob, last, signal))
  await call('putting a log', (abortSignal) => blob.commitBlockList(ids, { ...settings, abortSignal }), signal)
  return bytes
}

/** Ids of one length, as the service wants, and random, so that two attempts at one log never mix. */
async function stage(call: BlobCall, blob: BlockBlobClient, block: Buffer, signal: AbortSignal): Promise<string> {
  const id = Buffer.from(randomUUID()).toString('base64')
  await call('putting a log', (abortSignal) => blob.stageBlock(id, block, block.length, { abortSignal }), signal)
  return id
}

/** The content in pieces of the size of a block; the last may be smaller. */
async function* blocksOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of content) {
    held.push(chunk)
    size += chunk.length
    if (size < BLOCK) continue
    yield Buffer.concat(held)
    held = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(held)
}

/** Headers hold only plain letters, and little: the log begins with the same in full. */
export function metadataOf(owner: string, facts: LogFacts): Record<string, string> {
  const { job } = facts
  const told = {
    [OWNER]: owner,
    agent: facts.agent,
    pool: facts.pool,
    machine: facts.machine,
    source: facts.source,
    scope: facts.scope,
    job: job?.key ?? '',
    repository: job?.repository ?? '',
    workflow: job?.workflow ?? '',
    name: job?.name ?? '',
    began: new Date(facts.beganAt).toISOString(),
    ended: new Date(facts.endedAt).toISOString(),
    exit: facts.exit.kind,
  }
  const given = Object.entries(told).filter(([, value]) => value !== '')
  return Object.fromEntries(given.map(([key, value]) => [key, encodeURIComponent(value.slice(0, 200))]))
}

/** Metadata by which our blobs are known. */
export const OWNER = 'slipwayowner'
