import { createSigner, type DigestName, type Signer } from '../../src/crypto/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import {
  buildCertificate,
  buildName,
  type Certificate,
  type CertificateDraft,
  parseCertificate,
} from '../../src/x509/index.js'

/** A key pair made for a test: the public half as SubjectPublicKeyInfo, the private half as PKCS#8. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly pkcs8: Uint8Array
  signer(digest?: DigestName): Signer
}

const made = new Map<string, Promise<KeyPair>>()

/** The RSA key pair of that name: made at the first question, the same one afterwards. */
export function keyPair(name: string, modulusLength = 2048): Promise<KeyPair> {
  const id = `${name} ${modulusLength}`
  const pair = made.get(id) ?? generate(modulusLength)
  made.set(id, pair)
  return pair
}

async function generate(modulusLength: number): Promise<KeyPair> {
  const { subtle } = crypto
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength,
    publicExponent: Uint8Array.of(1, 0, 1),
  }
  const pair = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const publicKey = new Uint8Array(await subtle.exportKey('spki', pair.publicKey))
  const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey))
  const signer = (digest: DigestName = 'SHA-256') => createSigner(crypto, parsePrivateKey(pkcs8), { digest })
  return { publicKey, pkcs8, signer }
}

/** The middle of the time in which certificates of these tests are valid. */
export const now: number = Date.UTC(2026, 5, 1)

/** What a test says of a certificate; all else is as ordinary as can be. */
export interface Issue extends Partial<CertificateDraft> {
  /** The common name; the key has this name too. */
  readonly cn: string
  /** The common name and the key of the issuer; absent for one that signs itself. */
  readonly by?: string
  /** Another key than the one of the name. */
  readonly key?: string
  /** Another key of the issuer than the one of its name. */
  readonly byKey?: string
  readonly bits?: number
  readonly digest?: DigestName
}

let serial = 0n

/** Issues a certificate, valid throughout 2026. */
export async function issue({
  cn,
  by = cn,
  key = cn,
  byKey = by,
  bits,
  digest,
  ...draft
}: Issue): Promise<Certificate> {
  const { publicKey } = await keyPair(key, bits)
  const issuer = await keyPair(byKey, by === cn ? bits : undefined)
  serial += 1n
  const whole = {
    serialNumber: serial,
    issuer: buildName([['CN', by]]),
    subject: buildName([['CN', cn]]),
    notBefore: Date.UTC(2026, 0, 1),
    notAfter: Date.UTC(2027, 0, 1),
    publicKey,
    ...draft,
  }
  return parseCertificate(await buildCertificate(whole, issuer.signer(digest)))
}

/** Issues the certificate of a certification authority. */
export function issueAuthority(draft: Issue): Promise<Certificate> {
  return issue({ cA: true, keyUsage: ['keyCertSign', 'cRLSign'], ...draft })
}

/** Issues the certificate of a mailbox. */
export function issueMailbox(address: string, draft: Issue): Promise<Certificate> {
  return issue({
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    subjectAltName: [{ type: 'rfc822Name', value: address }],
    ...draft,
  })
}
