import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509'

/** A certificate and its private key, in PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

export interface Validity {
  /** Wall times. */
  readonly from: number
  readonly to: number
}

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const
const AUTHORITY_USAGE = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign

/** An authority that vouches for itself. Its name is its own, so that several can be trusted side by side. */
export async function makeAuthority(validity: Validity): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const cert = await X509CertificateGenerator.createSelfSigned({
    ...common(validity),
    name: `CN=Slipway authority ${randomBytes(6).toString('hex')}`,
    keys,
    extensions: await authorityExtensions(keys.publicKey),
  })
  return { cert: pem(cert), key: await exportKey(keys.privateKey) }
}

/** The newer authority's name and key, vouched for by the older one: who trusts that one alone then trusts both. */
export async function crossSign(older: KeyPair, newer: string): Promise<string> {
  const issuer = new X509Certificate(older.cert)
  const subject = new X509Certificate(newer)
  const cert = await X509CertificateGenerator.create({
    ...common({ from: subject.notBefore.getTime(), to: issuer.notAfter.getTime() }),
    subject: subject.subject,
    issuer: issuer.subject,
    publicKey: subject.publicKey,
    signingKey: await importKey(older.key),
    extensions: [
      ...(await authorityExtensions(await subject.publicKey.export())),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return pem(cert)
}

/** The certificate of a machine: it proves this one name, and can't be shown as a client's. */
export function issueServer(authority: KeyPair, machine: string, validity: Validity): Promise<KeyPair> {
  return issue(authority, machine, validity, [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth], true),
    new SubjectAlternativeNameExtension([{ type: 'dns', value: machine }]),
  ])
}

/** The certificate that engines let in. */
export function issueClient(authority: KeyPair, validity: Validity): Promise<KeyPair> {
  return issue(authority, 'slipway', validity, [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth], true)])
}

/** Until when the certificate is valid. Wall time. */
export function expiryOf(cert: string): number {
  return new X509Certificate(cert).notAfter.getTime()
}

/** Whether the authority's certificate names it as the issuer. */
export function isIssuedBy(cert: string, authority: string): boolean {
  return new X509Certificate(cert).issuer === new X509Certificate(authority).subject
}

async function issue(authority: KeyPair, name: string, validity: Validity, purpose: readonly Extension[]) {
  const issuer = new X509Certificate(authority.cert)
  const keys = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const cert = await X509CertificateGenerator.create({
    ...common(validity),
    subject: `CN=${name}`,
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...purpose,
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { cert: pem(cert), key: await exportKey(keys.privateKey) }
}

function common({ from, to }: Validity) {
  return {
    // Positive and not 0, as the standard wants it.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    notBefore: new Date(from),
    notAfter: new Date(to),
    signingAlgorithm: SIGNING,
  }
}

async function authorityExtensions(publicKey: webcrypto.CryptoKey): Promise<Extension[]> {
  return [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(AUTHORITY_USAGE, true),
    await SubjectKeyIdentifierExtension.create(publicKey),
  ]
}

function pem(cert: X509Certificate): string {
  return `${cert.toString('pem')}\n`
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag)}\n`
}

function importKey(key: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(key), KEYS, false, ['sign'])
}
