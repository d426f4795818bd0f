import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)

/** A public key for ssh whose private half is forgotten at once: Azure insists on a login, and nobody is to have one. */
export async function nobodysPublicKey(): Promise<string> {
  const { publicKey } = await generate('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const parts = [Buffer.from('ssh-rsa'), unsigned(e), unsigned(n)]
  return `ssh-rsa ${Buffer.concat(parts.map(withLength)).toString('base64')} nobody`
}

/** A password that is forgotten at once: Windows takes no key. Of all four kinds of characters that Azure asks for. */
export function nobodysPassword(): string {
  return `aA1!${randomBytes(36).toString('base64url')}`
}

/** A leading zero keeps the number positive. */
function unsigned(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url')
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
