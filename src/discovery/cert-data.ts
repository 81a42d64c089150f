import { decodeLatin1, equal } from '../bytes/index.js'
import type { DnsRecord } from '../dns/index.js'
import { unlessThrown } from '../errors/index.js'
import { type Certificate, parseCertificate, X509Error } from '../x509/index.js'

export type CertRecord = Extract<DnsRecord, { readonly type: 'CERT' }>

/** What a CERT record holds: a certificate, where one lies, or something else, which is passed over (DISC-26). */
export type CertContent =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'other-type' }

/** @see RFC 4398 §2.1 */
const pkix = 1
const ipkix = 4
const uriPrivate = 253

/** The OID of userCertificate with its length before it, as the standard may be read to ask for (DISC-24). */
const userCertificateOid = Uint8Array.of(0x03, 0x55, 0x04, 0x24)

/**
 * Reads a CERT record. Key tag and algorithm say nothing about what may be used (DISC-23).
 *
 * Where a URL is, a certificate is found by fetching it; it stands under the type for that, and under the one for private
 * formats, where it ends with a NUL (DISC-25).
 *
 * @see RFC 4398 §2
 */
export function readCertRecord({ certificateType, data }: CertRecord): CertContent {
  if (certificateType === pkix) return certificateIn(data)
  if (certificateType === ipkix) return urlIn(data)
  if (certificateType === uriPrivate) return urlIn(data.subarray(0, [...data, 0].indexOf(0)))
  return { kind: 'other-type' }
}

function certificateIn(data: Uint8Array): CertContent {
  const { length } = userCertificateOid
  const bytes = equal(data.subarray(0, length), userCertificateOid) ? data.subarray(length) : data
  const certificate = unlessThrown(X509Error, () => parseCertificate(bytes))
  return certificate ? { kind: 'certificate', certificate } : { kind: 'unreadable' }
}

function urlIn(data: Uint8Array): CertContent {
  const url = decodeLatin1(data)
  return /^https?:\/\/[!-~]+$/i.test(url) ? { kind: 'url', url } : { kind: 'unreadable' }
}
