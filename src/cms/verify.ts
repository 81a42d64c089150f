import { Asn1Error, der, elementsOf, type Oid, parseAsn1, readOctets, readOid, tags } from '../asn1/index.js'
import { type Bytes, distinctBy, equal } from '../bytes/index.js'
import {
  type AlgorithmIdentifier,
  type AlgorithmPolicy,
  type CryptoProvider,
  computeDigest,
  type DigestName,
  digestOf,
  publicKeyWeakness,
  type SignatureScheme,
  signatureSchemeOf,
  verifySignature,
} from '../crypto/index.js'
import { DirectError, unlessThrown } from '../errors/index.js'
import { accept, type Refused, refuse, type Verdict } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import {
  type Attribute,
  parseAttribute,
  readSigningCertificate,
  readSigningTime,
  type SigningCertificate,
  singleValue,
} from './attributes.js'
import { identifies } from './certificate-identifier.js'
import { contentTypes } from './content-info.js'
import { failed, passed, type SignatureProblem } from './reasons.js'
import type { SignedData, SignerInfo } from './signed-data.js'
import { readSmimeCapabilities } from './smime-capabilities.js'

/** A signature that is right: whose it is. That its certificate means anything is still to be judged. */
export interface VerifiedSigner {
  readonly certificate: Certificate
  /** When the signer says that it signed, in milliseconds since 1970. */
  readonly signingTime?: number
  readonly digest: DigestName
  /** The digest of the content, computed and compared; absent when the signature is over the content itself. */
  readonly messageDigest?: { readonly algorithm: DigestName; readonly octets: Uint8Array }
  /** What the signer says that it reads, best first: may be asked when a message goes back (recipientAlgorithms). */
  readonly capabilities: readonly AlgorithmIdentifier[]
}

export interface VerificationPorts {
  readonly crypto: CryptoProvider
  readonly algorithms: Pick<AlgorithmPolicy, 'digests' | 'signatures' | 'minRsaBits' | 'maxRsaBits' | 'curves'>
}

/**
 * Verifies every signature, each on its own: one answer per signer, in the order of the message.
 *
 * @param content - what the signature is detached from. When the structure encapsulates a content too, this must be the
 *   same: else a signature over the one would pass for a signature over the other.
 * @throws {@link CryptoError} when the WebCrypto implementation fails; a wrong signature is an answer.
 * @see RFC 5652 §5.4 to §5.6
 */
export async function verifySignedData(
  signedData: SignedData,
  content: Uint8Array | undefined,
  ports: VerificationPorts,
): Promise<readonly Verdict<VerifiedSigner, SignatureProblem>[]> {
  const { eContent } = signedData.encapContentInfo
  const signed = eContent ?? content
  const twoContents = eContent !== undefined && content !== undefined && !equal(eContent, content)
  const known = new Map<DigestName, Promise<Bytes>>()
  const digestContent = (name: DigestName, bytes: Uint8Array) => {
    const made = known.get(name) ?? computeDigest(ports.crypto, name, bytes)
    known.set(name, made)
    return made
  }
  return Promise.all(
    signedData.signerInfos.map(async (signer) => {
      if (!signed) return no('content-missing')
      if (twoContents) return no('digest-mismatch')
      const terms = termsOf(signer, signedData, signed, ports)
      if (typeof terms === 'string') return no(terms)
      const { digest, claims } = terms
      if (!claims) return verifySigner(signer, terms, signedData, signed, ports)
      // Side by side: what is signed are the attributes, and the content is digested by another thread.
      const [octets, verdict] = await Promise.all([
        digestContent(digest, signed),
        verifySigner(signer, terms, signedData, signed, ports),
      ])
      if (!equal(claims.messageDigest, octets)) return no('digest-mismatch')
      return verdict.ok ? { ...verdict, messageDigest: { algorithm: digest, octets } } : verdict
    }),
  )
}

/** What can be told of a signature before any work is done for it. */
interface Terms {
  readonly digest: DigestName
  readonly scheme: SignatureScheme
  /** What the signed attributes say, when there are any. */
  readonly claims: Claims | undefined
}

/** The algorithms of a signer, and what it says of the content; or what is wrong with either. */
function termsOf(
  signer: SignerInfo,
  { encapContentInfo }: SignedData,
  content: Uint8Array,
  { algorithms }: VerificationPorts,
): Terms | SignatureProblem {
  const digest = digestOf(signer.digestAlgorithm)?.name
  if (!digest || !algorithms.digests.includes(digest)) return 'digest-not-allowed'
  const scheme = signatureSchemeOf(signer.signatureAlgorithm, signer.digestAlgorithm)
  if (!scheme || !algorithms.signatures.includes(scheme.name)) return 'signature-algorithm-unknown'

  if (!signer.signedAttrs) {
    // A signature over attributes must not pass for one over a content that looks like them (CMS-3).
    const plain = encapContentInfo.eContentType === contentTypes.data && !isAttributes(content)
    return plain ? { digest, scheme, claims: undefined } : 'attributes-malformed'
  }
  const claims = claimsOf(signer.signedAttrs.attributes)
  if (!claims) return 'attributes-malformed'
  return claims.contentType === encapContentInfo.eContentType ? { digest, scheme, claims } : 'content-type-mismatch'
}

/** Certificates of one name that are tried: an issuer renews one with the same key, and gives out a number once. */
const maxCandidates = 4

async function verifySigner(
  signer: SignerInfo,
  terms: Terms,
  { certificates }: SignedData,
  content: Uint8Array,
  ports: VerificationPorts,
): Promise<Verdict<VerifiedSigner, SignatureProblem>> {
  const named = certificates.filter((certificate) => identifies(signer.sid, certificate))
  // A key identifier names the certificate and the one that renewed it: the one that is valid longest comes first.
  const candidates = [...distinctBy(named, ({ bytes }) => bytes)].sort((one, other) => other.notAfter - one.notAfter)
  const refusals: Refused<SignatureProblem>[] = []
  for (const certificate of candidates.slice(0, maxCandidates)) {
    const verdict = await verifyWith(certificate, signer, terms, content, ports)
    if (verdict.ok) return verdict
    refusals.push(verdict)
  }
  const telling = refusals.find(({ code }) => code !== 'signature-mismatch')
  return telling ?? refusals[0] ?? no('signer-certificate-missing')
}

async function verifyWith(
  certificate: Certificate,
  signer: SignerInfo,
  { scheme, claims }: Terms,
  content: Uint8Array,
  { crypto, algorithms }: VerificationPorts,
): Promise<Verdict<VerifiedSigner, SignatureProblem>> {
  // Before any work: a stranger chose this key, and its size is what the work costs (AS-18).
  if (publicKeyWeakness(certificate.publicKey, algorithms)) return no('key-not-allowed', certificate)
  for (const data of signedForms(signer, content)) {
    const [right, named] = await Promise.all([
      verifySignature(crypto, scheme, certificate.publicKey, signer.signature, data),
      isNamed(certificate, claims?.signingCertificate, crypto),
    ])
    if (!right) continue
    if (!named) return no('signing-certificate-mismatch', certificate)
    const { signingTime } = claims ?? {}
    const capabilities = readSmimeCapabilities(signer.signedAttrs?.attributes ?? [])
    const time = signingTime !== undefined && { signingTime }
    const verified = { certificate, digest: scheme.digest, capabilities, ...time }
    return accept(verified, [passed('signature-valid', { certificate: describeCertificate(certificate) })])
  }
  return no('signature-mismatch', certificate)
}

/**
 * The bytes that may have been signed: the content itself; or the attributes in DER, as the standard asks, and then in
 * the order they came in, since some programs sign what they send (CMS-2).
 */
function signedForms({ signedAttrs }: SignerInfo, content: Uint8Array): readonly Uint8Array[] {
  if (!signedAttrs) return [content]
  const members = signedAttrs.element.children.map(({ bytes }) => bytes)
  const ordered = der.encode(der.setOf(members))
  const received = der.encode(der.setInOrder(members))
  return equal(ordered, received) ? [ordered] : [ordered, received]
}

interface Claims {
  readonly contentType: Oid
  readonly messageDigest: Uint8Array
  readonly signingTime: number | undefined
  readonly signingCertificate: SigningCertificate | undefined
}

/** What signed attributes say. Nothing when one that is needed is missing, there twice or malformed. */
function claimsOf(attributes: readonly Attribute[]): Claims | undefined {
  return unlessThrown(DirectError, () => {
    const contentType = singleValue(attributes, 'contentType')
    const messageDigest = singleValue(attributes, 'messageDigest')
    if (!contentType || !messageDigest) return undefined
    return {
      contentType: readOid(contentType),
      messageDigest: readOctets(messageDigest),
      signingTime: readSigningTime(attributes),
      signingCertificate: readSigningCertificate(attributes),
    }
  })
}

/** Whether a certificate is the one that the signer names; any is, when none is named. */
async function isNamed(
  certificate: Certificate,
  named: SigningCertificate | undefined,
  crypto: CryptoProvider,
): Promise<boolean> {
  if (!named) return true
  const { digest, certHash } = named
  return digest !== undefined && equal(certHash, await computeDigest(crypto, digest.name, certificate.bytes))
}

function isAttributes(content: Uint8Array): boolean {
  const attributes = unlessThrown(Asn1Error, () => elementsOf(parseAsn1(content), tags.set).map(parseAttribute))
  return attributes !== undefined && attributes.length > 0
}

function no(code: SignatureProblem, certificate?: Certificate): Refused<SignatureProblem> {
  return refuse(code, [failed(code, certificate && { certificate: describeCertificate(certificate) })])
}
