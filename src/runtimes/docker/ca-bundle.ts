import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'

/**
 * What agents trust: the public authorities and ours. Tools take one file in place of their own list, so that it must
 * hold both. Undefined when there is none of ours: the image's own list is as good then.
 */
export function createCaBundle(caFile: string | undefined): () => Promise<string | undefined> {
  let read: Promise<string> | undefined
  return async () => {
    if (!caFile) return undefined
    read ??= bundle(caFile).catch((error: unknown) => {
      read = undefined
      throw error
    })
    return read
  }
}

async function bundle(caFile: string): Promise<string> {
  const ours = await readFile(caFile, 'utf8')
  return [...rootCertificates, ours.trim(), ''].join('\n')
}
