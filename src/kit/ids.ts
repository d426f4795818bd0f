import { randomBytes } from 'node:crypto'

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A random id of `[a-z0-9]`, starting with a letter (host names must), 5 bits a character. */
export function newId(length = 10): string {
  const bytes = randomBytes(length)
  const letters = Array.from(bytes, (byte, index) => ALPHABET[byte % (index === 0 ? 24 : 32)])
  return letters.join('')
}
