import { createPublicKey, createVerify, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Installation } from '../records.ts'
import { Refusal } from './answer.ts'
import type { Caller } from './operation.ts'

/** The App's key pair in PEM (PKCS#1, as GitHub hands it out). */
export async function generateAppKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  return privateKey
}

export interface Credentials {
  /** A token for the installation, good until `expiresAt` (wall milliseconds). */
  issue(installation: Installation): { readonly token: string; readonly expiresAt: number }
  /** Throws `Refusal` 401 when the header does not prove what the operation asks for. */
  authenticate(wanted: Caller['kind'], authorization: string | undefined): Caller
}

export function createCredentials(
  clock: Clock,
  app: { readonly id: number; readonly privateKey: string },
  tokenLifetimeMs: number,
): Credentials {
  const publicKey = createPublicKey(app.privateKey)
  const tokens = new Map<string, { readonly installation: Installation; readonly expiresAt: number }>()

  function byToken(token: string): Caller {
    const found = tokens.get(token)
    if (!found || found.expiresAt <= clock.wall()) throw new Refusal(401, 'Bad credentials')
    return { kind: 'installation', installation: found.installation }
  }

  return {
    issue(installation) {
      const token = `ghs_${randomBytes(27).toString('base64url')}`
      const expiresAt = clock.wall() + tokenLifetimeMs
      tokens.set(token, { installation, expiresAt })
      return { token, expiresAt }
    },
    authenticate(wanted, authorization) {
      if (wanted === 'anybody') return { kind: 'anybody' }
      const secret = /^(?:bearer|token)\s+(\S+)$/i.exec(authorization ?? '')?.[1]
      if (!secret) throw new Refusal(401, 'Requires authentication')
      if (wanted === 'installation') return byToken(secret)
      verifyJwt(secret, publicKey, app.id, clock.wall())
      return { kind: 'app' }
    },
  }
}

function verifyJwt(jwt: string, publicKey: KeyObject, appId: number, now: number): void {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const { alg } = decode(header)
  const genuine = createVerify('RSA-SHA256').update(`${header}.${payload}`).verify(publicKey, signature, 'base64url')
  if (alg !== 'RS256' || !genuine) throw new Refusal(401, 'A JSON web token could not be decoded')
  const { iss, iat, exp } = decode(payload)
  const seconds = now / 1000
  if (String(iss) !== String(appId)) throw new Refusal(404, 'Integration not found')
  if (typeof iat !== 'number' || iat > seconds + 5) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  }
  if (typeof exp !== 'number' || exp <= seconds) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (exp > seconds + 660) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
}

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    throw new Refusal(401, 'A JSON web token could not be decoded')
  }
  throw new Refusal(401, 'A JSON web token could not be decoded')
}
