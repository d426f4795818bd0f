import { constants } from 'node:fs'
import { access, mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Refused } from '../../../domain/errors.ts'

/** Where a source's secrets are kept. */
export interface KeyFiles {
  readonly privateKey: string
  readonly webhookSecret: string
}

/** Where they will go. Refused, before anything is made on GitHub, if they could not be written there. */
export async function planKeyFiles(directory: string, source: string): Promise<KeyFiles> {
  const files = {
    privateKey: join(directory, `${source}.private-key.pem`),
    webhookSecret: join(directory, `${source}.webhook-secret`),
  }
  await mkdir(directory, { recursive: true })
  await access(directory, constants.W_OK)
  for (const file of Object.values(files)) {
    if (await exists(file)) throw new Refused(`${file} exists already; move it away, or give the source another name`)
  }
  return files
}

/** Both or none, readable by their owner alone; a file that is there stays as it is. */
export async function writeKeyFiles(
  files: KeyFiles,
  contents: { readonly privateKey: string; readonly webhookSecret: string },
): Promise<void> {
  await write(files.privateKey, contents.privateKey)
  try {
    await write(files.webhookSecret, contents.webhookSecret)
  } catch (error) {
    await rm(files.privateKey, { force: true })
    throw error
  }
}

async function write(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
