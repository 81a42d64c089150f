import {
  context,
  type Element,
  elementsOf,
  fieldsOf,
  onlyChild,
  parseAsn1,
  readBitString,
  readOctets,
  readOid,
  readSmallInteger,
  readTime,
  tags,
} from '../asn1/index.js'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../crypto/index.js'
import { unlessThrown } from '../errors/index.js'
import { type CertID, parseCertId } from './cert-id.js'
import { type Certificate, parseCertificate } from './certificate.js'
import { reading, X509Error } from './errors.js'
import { type Extension, parseExtensions } from './extensions.js'
import { type Name, parseName } from './name.js'
import { ocspOids } from './ocsp-oids.js'
import { nonceOf } from './ocsp-request.js'
import { type CrlReason, crlReasons } from './revocation-reasons.js'

/** Why a responder gives no answer. @see RFC 6960 §4.2.1 */
export type OcspRefusal = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized'

/** What a responder said, as it was received. Nothing about it has been judged. */
export type OcspResponse =
  | { readonly bytes: Uint8Array; readonly responseStatus: OcspRefusal }
  | ({ readonly bytes: Uint8Array; readonly responseStatus: 'successful' } & BasicOcspResponse)

/** An answer that somebody signed. @see RFC 6960 §4.2.1 */
export interface BasicOcspResponse {
  /** The DER that the responder signed. */
  readonly tbsResponseData: Uint8Array
  readonly responderID: ResponderID
  /** When it was signed, in milliseconds since 1970, UTC. */
  readonly producedAt: number
  readonly responses: readonly SingleResponse[]
  readonly extensions: readonly Extension[]
  readonly nonce?: Uint8Array
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  /** Those that may be needed to judge the signature. Any that cannot be read are left out. */
  readonly certificates: readonly Certificate[]
}

/** Who signed: by name, or by the SHA-1 digest of the key. */
export type ResponderID = { readonly byName: Name } | { readonly byKey: Uint8Array }

/** What is said of one certificate. */
export interface SingleResponse {
  readonly certID: CertID
  readonly certStatus: 'good' | 'revoked' | 'unknown'
  /** When and why, of one that is revoked. */
  readonly revocationTime?: number
  readonly revocationReason?: CrlReason
  /** From when on it was known to be right, in milliseconds since 1970, UTC. */
  readonly thisUpdate: number
  /** By when there will be news; absent when there may be at any time. */
  readonly nextUpdate?: number
  readonly extensions: readonly Extension[]
}

const limits = { maxBytes: 0x10_0000, maxElements: 50_000 }
const maxCertificates = 16

/** By number. Of these, the first is no refusal, and the fifth was never given out. */
export const refusals: readonly (OcspRefusal | undefined)[] = [
  undefined,
  'malformedRequest',
  'internalError',
  'tryLater',
  undefined,
  'sigRequired',
  'unauthorized',
]

/**
 * Reads what a responder answered.
 *
 * @throws {@link X509Error} `ERR_X509_MALFORMED` when the bytes are no OCSPResponse or more than 1 MiB, when the answer
 *   is of another type than id-pkix-ocsp-basic, or brings more than 16 certificates.
 * @see RFC 6960 §4.2.1
 */
export function parseOcspResponse(bytes: Uint8Array): OcspResponse {
  return reading('OCSP response', () => ocspResponse(parseAsn1(bytes, { rules: 'der', limits })))
}

function ocspResponse(element: Element): OcspResponse {
  const { bytes } = element
  const fields = fieldsOf(element)
  const status = readSmallInteger(fields.next(tags.enumerated))
  const content = fields.optional(context(0))
  fields.end()
  const responseStatus = refusals[status]
  if (responseStatus) return { bytes, responseStatus }
  if (status !== 0 || !content) throw malformed('a response of no known status, or without a content')
  const response = fieldsOf(onlyChild(content))
  if (readOid(response.next(tags.oid)) !== ocspOids.basicResponse) throw malformed('a response of another type')
  const basic = readOctets(response.next(tags.octetString))
  response.end()
  return { bytes, responseStatus: 'successful', ...basicResponse(parseAsn1(basic, { rules: 'der', limits })) }
}

function basicResponse(element: Element): BasicOcspResponse {
  const outer = fieldsOf(element)
  const tbs = outer.next(tags.sequence)
  const algorithm = outer.next(tags.sequence)
  const signature = readBitString(outer.next(tags.bitString))
  const certificates = outer.optional(context(0))
  outer.end()

  const fields = fieldsOf(tbs)
  const version = fields.optional(context(0))
  if (version && readSmallInteger(onlyChild(version)) !== 0)
    throw malformed('a response of a version that is not known')
  const responderID = parseResponderId(fields.next())
  const producedAt = readTime(fields.next(tags.generalizedTime))
  const responses = elementsOf(fields.next(tags.sequence), tags.sequence).map(parseSingleResponse)
  const extensions = optionalExtensions(fields.optional(context(1)))
  fields.end()
  const nonce = nonceOf(extensions)
  return {
    tbsResponseData: tbs.bytes,
    responderID,
    producedAt,
    responses,
    extensions,
    ...(nonce && { nonce }),
    signatureAlgorithm: parseAlgorithmIdentifier(algorithm),
    signature: signature.octets,
    certificates: certificates ? readableCertificates(onlyChild(certificates)) : [],
  }
}

function parseResponderId(element: Element): ResponderID {
  const inside = onlyChild(element)
  if (element.tag === context(1)) return { byName: parseName(inside) }
  if (element.tag === context(2) && inside.tag === tags.octetString) return { byKey: readOctets(inside) }
  throw malformed('a responder that is named in another way')
}

function parseSingleResponse(element: Element): SingleResponse {
  const fields = fieldsOf(element)
  const certID = parseCertId(fields.next(tags.sequence))
  const status = parseStatus(fields.next())
  const thisUpdate = readTime(fields.next(tags.generalizedTime))
  const nextUpdate = fields.optional(context(0))
  const extensions = optionalExtensions(fields.optional(context(1)))
  fields.end()
  return {
    certID,
    ...status,
    thisUpdate,
    ...(nextUpdate && { nextUpdate: readTime(onlyChild(nextUpdate)) }),
    extensions,
  }
}

function parseStatus(element: Element): Pick<SingleResponse, 'certStatus' | 'revocationTime' | 'revocationReason'> {
  if (element.tag === context(0) && !element.constructed) return { certStatus: 'good' }
  if (element.tag === context(2) && !element.constructed) return { certStatus: 'unknown' }
  const fields = fieldsOf(element, context(1))
  const revocationTime = readTime(fields.next(tags.generalizedTime))
  const reason = fields.optional(context(0))
  fields.end()
  return {
    certStatus: 'revoked',
    revocationTime,
    ...(reason && { revocationReason: crlReasons[readSmallInteger(onlyChild(reason))] ?? 'unspecified' }),
  }
}

function optionalExtensions(element: Element | undefined): readonly Extension[] {
  return element ? parseExtensions(onlyChild(element)) : []
}

function readableCertificates(element: Element): readonly Certificate[] {
  const list = elementsOf(element, tags.sequence)
  if (list.length > maxCertificates) throw malformed(`more than ${maxCertificates} certificates`)
  return list.flatMap(({ bytes }) => unlessThrown(X509Error, () => [parseCertificate(bytes)]) ?? [])
}

function malformed(message: string): X509Error {
  return new X509Error('ERR_X509_MALFORMED', message)
}
