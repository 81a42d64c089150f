import { parseAsn1 } from '../asn1/index.js'
import { encodeHex } from '../bytes/index.js'
import {
  type CryptoProvider,
  computeDigest,
  createSigner,
  hostCrypto,
  parsePublicKeyInfo,
  type Signer,
} from '../crypto/index.js'
import { encodePem, type Identity, loadIdentity, parsePrivateKey } from '../keys/index.js'
import {
  buildCertificate,
  buildName,
  type Certificate,
  type CertificateDraft,
  distributionPointAt,
  parseCertificate,
} from '../x509/index.js'

/** Whom a certificate is for: one address, or everybody in a domain. */
export interface IssueOptions {
  readonly address?: string
  readonly domain?: string
  /** Milliseconds since 1970. Default: the validity of the authority. */
  readonly notBefore?: number
  readonly notAfter?: number
  readonly crlUrl?: string
}

export interface TestAuthority {
  readonly certificate: Certificate
  readonly certificatePem: string
  issue(options: IssueOptions): Promise<TestIdentity>
}

export interface TestIdentity {
  readonly identity: Identity
  readonly certificate: Certificate
  readonly certificatePem: string
  /** PKCS#8, so that other programs can open what this identity gets. */
  readonly privateKeyPem: string
}

const day = 86_400_000

/**
 * Makes a certification authority with a fresh RSA key of 2048 bits, valid from the day before `at` for a year.
 *
 * @param options.organization - its name; the authority is called so with "CA" behind.
 * @param options.at - milliseconds since 1970.
 */
export async function createAuthority(options: {
  readonly organization: string
  readonly at: number
  readonly crypto?: CryptoProvider
}): Promise<TestAuthority> {
  const { organization, at, crypto = hostCrypto() } = options
  const validity = { notBefore: at - day, notAfter: at + 365 * day }
  const key = await newKey(crypto)
  const name = buildName([
    ['O', organization],
    ['CN', `${organization} CA`],
  ])
  const root = await sign(
    {
      ...validity,
      issuer: name,
      subject: name,
      serialNumber: serialNumber(crypto),
      publicKey: key.publicKey,
      cA: true,
      keyUsage: ['keyCertSign', 'cRLSign'],
      subjectKeyIdentifier: key.identifier,
    },
    key.signer,
  )
  return {
    ...root,
    issue: (issue) => issueIdentity({ ...validity, ...issue }, { organization, root: root.certificate, key, crypto }),
  }
}

async function issueIdentity(
  options: IssueOptions & { readonly notBefore: number; readonly notAfter: number },
  authority: {
    readonly organization: string
    readonly root: Certificate
    readonly key: TestKey
    readonly crypto: CryptoProvider
  },
): Promise<TestIdentity> {
  const { address, domain, notBefore, notAfter, crlUrl } = options
  const { crypto, root } = authority
  const key = await newKey(crypto)
  const { certificate, certificatePem } = await sign(
    {
      notBefore,
      notAfter,
      issuer: root.subject.bytes,
      subject: buildName([
        ['O', authority.organization],
        ['CN', address ?? domain ?? authority.organization],
      ]),
      serialNumber: serialNumber(crypto),
      publicKey: key.publicKey,
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extKeyUsage: ['1.3.6.1.5.5.7.3.4'],
      subjectAltName: [
        ...(address ? [{ type: 'rfc822Name', value: address } as const] : []),
        ...(domain ? [{ type: 'dNSName', value: domain } as const] : []),
      ],
      subjectKeyIdentifier: key.identifier,
      authorityKeyIdentifier: authority.key.identifier,
      ...(crlUrl !== undefined && { cRLDistributionPoints: [distributionPointAt(crlUrl)] }),
    },
    authority.key.signer,
  )
  const identity = await loadIdentity({ certificate: certificate.bytes, privateKey: key.pkcs8, crypto })
  return { identity, certificate, certificatePem, privateKeyPem: encodePem('PRIVATE KEY', key.pkcs8) }
}

async function sign(
  draft: CertificateDraft,
  signer: Signer,
): Promise<Pick<TestAuthority, 'certificate' | 'certificatePem'>> {
  const bytes = await buildCertificate(draft, signer)
  return { certificate: parseCertificate(bytes), certificatePem: encodePem('CERTIFICATE', bytes) }
}

interface TestKey {
  readonly pkcs8: Uint8Array
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** @see RFC 7093 §2, method 1 */
  readonly identifier: Uint8Array
  readonly signer: Signer
}

async function newKey(crypto: CryptoProvider): Promise<TestKey> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: 'SHA-256',
  }
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  const { keyBytes } = parsePublicKeyInfo(parseAsn1(publicKey))
  const digest = await computeDigest(crypto, 'SHA-256', keyBytes)
  return { pkcs8, publicKey, identifier: digest.subarray(0, 20), signer: createSigner(crypto, parsePrivateKey(pkcs8)) }
}

/** Sixteen random octets with the first bit clear: positive, and well under twenty. */
function serialNumber(crypto: CryptoProvider): bigint {
  const octets = crypto.getRandomValues(new Uint8Array(16))
  return BigInt(`0x${encodeHex(octets)}`) >> 1n
}
