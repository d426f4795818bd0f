import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

export interface ServerIdentity {
  /** Certificate of the authority, for those who are to trust the server. PEM. */
  readonly ca: string
  readonly cert: string
  readonly key: string
}

const keyKind = { name: 'ECDSA', namedCurve: 'P-256' } as const
// Who trusts it checks by the real time, whatever time the stand-in keeps.
const validity = { notBefore: new Date(Date.UTC(2020)), notAfter: new Date(Date.UTC(2099)) }

/** An authority of one's own, and a server's certificate by it. Nobody keeps the authority's key. */
export async function makeServerIdentity(address: string): Promise<ServerIdentity> {
  const [authority, server] = await Promise.all([makeKeys(), makeKeys()])
  const name = 'CN=Slipway stand-in authority'
  const common = { ...validity, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } }
  const root = await X509CertificateGenerator.createSelfSigned({
    ...common,
    serialNumber: '01',
    name,
    keys: authority,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  const cert = await X509CertificateGenerator.create({
    ...common,
    serialNumber: '02',
    subject: 'CN=Slipway stand-in',
    issuer: name,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: address },
        { type: 'dns', value: 'localhost' },
      ]),
    ],
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', server.privateKey)
  const key = PemConverter.encode(pkcs8, PemConverter.PrivateKeyTag)
  return { ca: root.toString('pem'), cert: cert.toString('pem'), key }
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(keyKind, true, ['sign', 'verify'])
}
