import { randomBytes } from 'node:crypto'
import type { ContainerClient } from '@azure/storage-blob'
import type { DoctorFinding } from '../../domain/ports/doctor.ts'
import type { BlobCall } from './calls.ts'
import { OWNER } from './put.ts'

const about = 'archive'

/** Puts, reads, lists and removes a small blob: each takes a right of its own. */
export async function examine(
  call: BlobCall,
  client: ContainerClient,
  { container, prefix, owner }: { container: string; prefix: string; owner: string },
): Promise<DoctorFinding[]> {
  const name = `${prefix}${owner}/probe-${randomBytes(6).toString('hex')}`
  const blob = client.getBlockBlobClient(name)
  try {
    const metadata = { [OWNER]: owner }
    await call('writing', (abortSignal) => blob.upload(name, name.length, { metadata, abortSignal }))
    const read = await call('reading', async (abortSignal) =>
      (await blob.downloadToBuffer(0, undefined, { abortSignal })).toString(),
    )
    const listed = await call('listing', async (abortSignal) => {
      for await (const { name: each } of client.listBlobsFlat({ prefix: name, abortSignal }))
        if (each === name) return true
      return false
    })
    await call('removing', (abortSignal) => blob.delete({ abortSignal }))
    if (read !== name || !listed) return [failed(`${container} does not give back what was put into it`)]
  } catch (error) {
    return [failed(error instanceof Error ? error.message : String(error))]
  }
  return [{ about, level: 'ok', finding: `logs can be written to ${container}` }]
}

function failed(finding: string): DoctorFinding {
  const mend =
    'make the container, let Slipway through the account’s firewall, and give its identity “Storage Blob Data Contributor” there'
  return { about, level: 'error', finding, mend }
}
