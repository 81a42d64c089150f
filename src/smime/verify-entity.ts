import {
  CmsError,
  parseSignedData,
  type SignedData,
  type VerificationPorts,
  type VerifiedSigner,
  verifySignedData,
} from '../cms/index.js'
import type { DigestName } from '../crypto/index.js'
import { unlessThrown } from '../errors/index.js'
import { canonicalLines, type Entity, MimeError, type MimeLimits, parseEntity } from '../mime/index.js'
import { accept, refuse, type Verdict } from '../verdict/index.js'
import type { Certificate, CertificateList, OcspResponse } from '../x509/index.js'
import { contentTypeOf, pkcs7Body, signatureBody } from './pkcs7.js'
import { failed, passed, type SignedEntityProblem } from './reasons.js'

export interface VerifiedEntity {
  /** What was signed, read from the signed octets alone. */
  readonly content: Entity
  /** Digests of these octets, as far as a signature asked for them. */
  readonly digests: ReadonlyMap<DigestName, Uint8Array>
  /** Whose signatures are right; at least one. That they mean anything is still to be judged. */
  readonly signers: readonly VerifiedSigner[]
  /** The certificates that came along, in no order, trusted by nobody. */
  readonly certificates: readonly Certificate[]
  /** The revocation lists and OCSP responses that came along, trusted by nobody. */
  readonly crls: readonly CertificateList[]
  readonly ocspResponses: readonly OcspResponse[]
  /** The signature itself: the ContentInfo as it came. */
  readonly signedData: Uint8Array
}

type Ports = VerificationPorts & { readonly limits?: Partial<MimeLimits> }
type Answer = Verdict<VerifiedEntity, SignedEntityProblem>

/**
 * Verifies a signed entity, detached (multipart/signed) or opaque (application/pkcs7-mime).
 *
 * The content is verified over the octets as they came; when that fails, over the same with canonical line ends, for a
 * gateway may have changed them (SMIME-3). The structure of the content is read from what was verified and from nothing
 * else.
 *
 * @see RFC 8551 §3.5
 */
export async function verifyEntity(entity: Entity, ports: Ports): Promise<Answer> {
  const parts = signatureOf(entity)
  if (!parts) return no('not-signed')
  const signedData = unlessThrown(CmsError, () => parseSignedData(parts.signature))
  if (!signedData) return no('malformed')
  if (signedData.signerInfos.length === 0) return no('not-signed')
  // One content, in one place: a message with both could be read in two ways (AS-53).
  if ((parts.content !== undefined) === (signedData.encapContentInfo.eContent !== undefined)) return no('malformed')

  const attempt = (content: Uint8Array) => verifyContent(parts.signature, signedData, content, ports)
  if (!parts.content) return attempt(signedData.encapContentInfo.eContent!)
  const received = await attempt(parts.content)
  if (received.ok) return received
  const canonical = canonicalLines(parts.content)
  if (canonical === parts.content) return received
  const mended = await attempt(canonical)
  return mended.ok ? mended : received
}

async function verifyContent(
  signature: Uint8Array,
  signedData: SignedData,
  content: Uint8Array,
  ports: Ports,
): Promise<Answer> {
  const verdicts = await verifySignedData(signedData, content, ports)
  const signers = verdicts.filter((verdict) => verdict.ok)
  const steps = verdicts.flatMap(({ explanation }) => explanation.steps)
  if (signers.length === 0) return refuse('signature-invalid', [failed('signature-invalid', undefined, steps)])
  const entity = unlessThrown(MimeError, () => parseEntity(content, ports.limits))
  if (!entity) return no('malformed')
  const { certificates, crls, ocspResponses } = signedData
  const digests = new Map(signers.flatMap(({ messageDigest: own }) => (own ? [[own.algorithm, own.octets]] : [])))
  const verified = { content: entity, digests, signers, certificates, crls, ocspResponses, signedData: signature }
  return accept(verified, [passed('signed', undefined, steps)])
}

/** Where the signature is, and what it signs when that lies beside it. */
function signatureOf(entity: Entity): { readonly content?: Uint8Array; readonly signature: Uint8Array } | undefined {
  const { type, subtype, parameters } = entity.contentType
  if (type === 'multipart' && subtype === 'signed') {
    const [content, signature, ...others] = entity.parts
    if (!content || !signature || others.length > 0) return undefined
    const bytes = signatureBody(parameters, signature)
    return bytes && { content: content.bytes, signature: bytes }
  }
  const opaque = pkcs7Body(entity)
  return opaque && contentTypeOf(opaque) === 'signedData' ? { signature: opaque } : undefined
}

function no(code: SignedEntityProblem): Answer {
  return refuse(code, [failed(code)])
}
