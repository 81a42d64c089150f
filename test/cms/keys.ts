import { type CurveName, createDecrypter } from '../../src/crypto/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issueMailbox, keyPair } from '../helpers/issue.js'

/** A certificate and what opens mail to it. */
export async function rsaRecipient(name: string) {
  const certificate = await issueMailbox(`${name.toLowerCase()}@hospital.example`, {
    cn: name,
    by: 'Hospital CA',
    subjectKeyIdentifier: Uint8Array.from(name, (letter) => letter.charCodeAt(0)),
  })
  return { certificate, key: createDecrypter(crypto, parsePrivateKey((await keyPair(name)).pkcs8)) }
}

/** The same with a key of a curve. */
export async function curveRecipient(name: string, curve: Exclude<CurveName, 'Ed25519'>) {
  const { certificate, pkcs8 } = await curveCertificate(name, curve)
  return { certificate, key: createDecrypter(crypto, parsePrivateKey(pkcs8)) }
}

/** A certificate for a key of a curve, and the private key. */
export async function curveCertificate(
  name: string,
  curve: CurveName,
  use: 'ECDH' | 'ECDSA' = 'ECDH',
): Promise<{ readonly certificate: Certificate; readonly pkcs8: Uint8Array }> {
  const { subtle } = crypto
  const algorithm = curve.startsWith('P-') ? { name: use, namedCurve: curve } : { name: curve }
  const usages: KeyUsage[] = use === 'ECDSA' || curve === 'Ed25519' ? ['sign', 'verify'] : ['deriveBits']
  const pair = (await subtle.generateKey(algorithm, true, usages)) as CryptoKeyPair
  const certificate = await issueMailbox(`${name.toLowerCase()}@hospital.example`, {
    cn: name,
    by: 'Hospital CA',
    keyUsage: [usages.includes('sign') ? 'digitalSignature' : 'keyAgreement'],
    publicKey: new Uint8Array(await subtle.exportKey('spki', pair.publicKey)),
    subjectKeyIdentifier: Uint8Array.from(name, (letter) => letter.charCodeAt(0)),
  })
  return { certificate, pkcs8: new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey)) }
}

/** Drafts of recipients, in the ways that most tests take. */
export const byTransport = (certificate: Certificate) => ({ certificate, keyTransport: 'RSAES-PKCS1-v1_5' }) as const
export const byAgreement = (certificate: Certificate) =>
  ({ certificate, keyAgreement: 'dhSinglePass-stdDH-sha256kdf', keyWrap: 'AES-256-KW' }) as const
