import { resolve } from 'node:path'
import type { AzureBlobArchiveConfig } from '../archives/azure-blob/schema.ts'
import type { DirectoryArchiveConfig } from '../archives/directory/schema.ts'
import type { Settings } from './schema/root.ts'

export interface ArchiveConfig {
  readonly place:
    | { readonly kind: 'directory'; readonly settings: DirectoryArchiveConfig }
    | { readonly kind: 'azureBlob'; readonly settings: AzureBlobArchiveConfig }
  readonly retentionMs: number
  readonly maxLogBytes: number
  readonly patienceMs: number
}

/** `folder` is what relative paths are relative to. */
export function archiveOf({ archive }: Settings, folder: string): ArchiveConfig | undefined {
  if (!archive) return undefined
  const place = placeOf(archive, folder)
  const { retention: retentionMs, maxLogSize: maxLogBytes, patience: patienceMs } = archive
  return place && { place, retentionMs, maxLogBytes, patienceMs }
}

function placeOf(
  { directory, azureBlob }: NonNullable<Settings['archive']>,
  folder: string,
): ArchiveConfig['place'] | undefined {
  if (azureBlob) return { kind: 'azureBlob', settings: azureBlob }
  return directory && { kind: 'directory', settings: { path: resolve(folder, directory.path) } }
}

/** What the log must not show: the key and the signature also as parts of a connection string. */
export function secretsOfArchive({ place }: ArchiveConfig): string[] {
  if (place.kind === 'directory') return []
  const { connectionString = '', sas = '' } = place.settings
  const parts = [...`${connectionString};${sas}`.matchAll(/(?:AccountKey=([^;]+)|[?&]?\bsig=([^&;]+))/g)]
  const found = parts.flatMap(([, key, signature]) => [key ?? [], signature ? [signature, unescaped(signature)] : []])
  return [connectionString, sas, ...found.flat()].filter(Boolean)
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone per cent sign: then it is no escape either.
    return text
  }
}
