import {
  context,
  type DerNode,
  der,
  type Element,
  elementsOf,
  fieldsOf,
  onlyChild,
  parseAsn1,
  readOctets,
  tags,
} from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { type CertID, certId, parseCertId } from './cert-id.js'
import { octetOf, onlyElement } from './der-walker.js'
import { reading } from './errors.js'
import { type Extension, parseExtensions } from './extensions.js'
import { ocspOids } from './ocsp-oids.js'

/** What a responder is asked. @see RFC 6960 §4.1.1 */
export interface OcspRequest {
  readonly certIds: readonly CertID[]
  readonly nonce?: Uint8Array
}

/**
 * Writes a question about certificates, without a signature.
 *
 * @param nonce - makes the answer to this one question recognisable; 32 octets that nobody can guess (RFC 9654 §2.1).
 *   Many responders do not repeat it.
 * @returns DER: the body of a POST with the type `application/ocsp-request`.
 */
export function buildOcspRequest({ certIds, nonce }: OcspRequest): Bytes {
  const requests = certIds.map((id) => der.sequence(certId(id)))
  const extensions = nonce && der.explicit(2, der.sequence(nonceExtension(nonce)))
  return der.encode(der.sequence(der.sequence(der.sequence(...requests), ...(extensions ? [extensions] : []))))
}

/** As requests and responses carry it. @see RFC 9654 §2.1 */
export function nonceExtension(nonce: Uint8Array): DerNode {
  return der.sequence(der.oid(ocspOids.nonce), der.octetString(der.octetString(nonce)))
}

/** The nonce of a request or response. */
export function nonceOf(extensions: readonly Extension[]): Uint8Array | undefined {
  const value = extensions.find(({ oid }) => oid === ocspOids.nonce)?.value
  return value && readOctets(onlyElement(value, octetOf.octetString))
}

const limits = { maxBytes: 0x1_0000, maxElements: 5000 }

/**
 * Reads a question, as a responder does. A signature on it is not looked at.
 *
 * @throws X509Error `ERR_X509_MALFORMED` when it is none, or more than 64 KiB.
 */
export function parseOcspRequest(bytes: Uint8Array): OcspRequest {
  return reading('OCSP request', () => ocspRequest(parseAsn1(bytes, { rules: 'der', limits })))
}

function ocspRequest(element: Element): OcspRequest {
  const fields = fieldsOf(fieldsOf(element).next(tags.sequence))
  fields.optional(context(0)) // version 1
  fields.optional(context(1)) // requestorName
  const requests = elementsOf(fields.next(tags.sequence), tags.sequence)
  const extensions = fields.optional(context(2))
  fields.end()
  const nonce = extensions && nonceOf(parseExtensions(onlyChild(extensions)))
  return {
    certIds: requests.map((request) => parseCertId(fieldsOf(request).next(tags.sequence))),
    ...(nonce && { nonce }),
  }
}
