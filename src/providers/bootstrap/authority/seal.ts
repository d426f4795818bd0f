import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { Unauthorized } from '../../../domain/errors.ts'

/** Locks and unlocks one text with a key that is derived from words of the configuration. */
export interface Seal {
  /** `v1.SALT.NONCE.TAG.TEXT`, each part in base64url. Twice the same text gives two results. */
  lock(text: string): string
}

const VERSION = 'v1'
const CIPHER = 'aes-256-gcm'
/** What the text is for: a sealed one of another purpose does not open here. */
const PURPOSE = Buffer.from('slipway authority v1')
/** 32 MiB and a tenth of a second or so. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 }

/** A seal with a salt of its own. */
export async function createSeal(words: string): Promise<Seal> {
  const salt = randomBytes(16)
  return sealOf(await derive(words, salt), salt)
}

/** The text that was locked, and the seal to lock the next with. Rejects with Unauthorized when the words are others. */
export async function unlock(words: string, sealed: string): Promise<{ text: string; seal: Seal }> {
  const [version, ...parts] = sealed.split('.')
  const [salt, nonce, tag, locked] = parts.map((part) => Buffer.from(part, 'base64url'))
  if (version !== VERSION || !salt || !nonce || !tag || !locked) {
    throw new Unauthorized('what the store holds as the authority of machines is none of ours: restore the store')
  }
  const key = await derive(words, salt)
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: 16 }).setAAD(PURPOSE).setAuthTag(tag)
    const text = Buffer.concat([decipher.update(locked), decipher.final()]).toString('utf8')
    return { text, seal: sealOf(key, salt) }
  } catch (cause) {
    throw new Unauthorized(
      'the authority of machines does not open with authority.key: it was sealed with another key, or is damaged. ' +
        'Put the former key back into the configuration',
      { cause },
    )
  }
}

function sealOf(key: Buffer, salt: Buffer): Seal {
  return {
    lock(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: 16 }).setAAD(PURPOSE)
      const locked = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      const parts = [salt, nonce, cipher.getAuthTag(), locked]
      return [VERSION, ...parts.map((part) => part.toString('base64url'))].join('.')
    },
  }
}

function derive(words: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(words, salt, 32, COST, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}
