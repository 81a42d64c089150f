import { type DerNode, der, type Element, fieldsOf, readInteger, readOctets, tags } from '../asn1/index.js'
import { equal } from '../bytes/index.js'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type CryptoProvider,
  computeDigest,
  type DigestName,
  digestOf,
  digests,
  type PublicKeyInfo,
  parseAlgorithmIdentifier,
} from '../crypto/index.js'
import type { Name } from './name.js'

/** What OCSP calls a certificate by: digests of its issuer's name and key, and its serial number. @see RFC 6960 §4.1.1 */
export interface CertID {
  readonly hashAlgorithm: AlgorithmIdentifier
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  readonly serialNumber: bigint
}

/** A certificate, by the name of the issuer as the certificate has it, and the key of that issuer. */
export interface IssuedCertificate {
  readonly issuer: Name
  readonly issuerKey: PublicKeyInfo
  readonly serialNumber: bigint
}

/**
 * Calls a certificate by digests. Nothing is proved by them, so that SHA-1, which every responder understands, does as
 * well here as another.
 */
export async function certIdOf(
  provider: CryptoProvider,
  certificate: IssuedCertificate,
  digest: DigestName = 'SHA-1',
): Promise<CertID> {
  const [issuerNameHash, issuerKeyHash] = await Promise.all([
    computeDigest(provider, digest, certificate.issuer.bytes),
    computeDigest(provider, digest, certificate.issuerKey.keyBytes),
  ])
  const hashAlgorithm = { algorithm: digests[digest].oid, parameters: der.encode(der.nul()) }
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber: certificate.serialNumber }
}

/** Whether a CertID of whatever digest calls this certificate; one of a digest that is not known calls none. */
export async function isCertIdOf(
  provider: CryptoProvider,
  id: CertID,
  certificate: IssuedCertificate,
): Promise<boolean> {
  const digest = digestOf(id.hashAlgorithm)
  if (!digest || id.serialNumber !== certificate.serialNumber) return false
  const own = await certIdOf(provider, certificate, digest.name)
  return equal(own.issuerNameHash, id.issuerNameHash) && equal(own.issuerKeyHash, id.issuerKeyHash)
}

export function parseCertId(element: Element): CertID {
  const fields = fieldsOf(element)
  const hashAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const issuerNameHash = readOctets(fields.next(tags.octetString))
  const issuerKeyHash = readOctets(fields.next(tags.octetString))
  const serialNumber = readInteger(fields.next(tags.integer))
  fields.end()
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }
}

export function certId(id: CertID): DerNode {
  return der.sequence(
    algorithmIdentifier(id.hashAlgorithm),
    der.octetString(id.issuerNameHash),
    der.octetString(id.issuerKeyHash),
    der.integer(id.serialNumber),
  )
}
