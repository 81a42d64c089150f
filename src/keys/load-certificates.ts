import { Asn1Error, parseAsn1, tags } from '../asn1/index.js'
import { CmsError, parseSignedData } from '../cms/index.js'
import { unlessThrown } from '../errors/index.js'
import { type Certificate, parseCertificate } from '../x509/index.js'
import { KeyError } from './errors.js'
import { decodePem, isDer } from './pem.js'

/**
 * Certificates as files hold them: one in DER, any number in PEM, or a PKCS#7 (`.p7b`, `.p7c`) in either. A list is read
 * one after the other.
 */
export type CertificateInput = Uint8Array | string | readonly (Uint8Array | string)[]

/** What to do with a block of PEM, by its label. */
const readers: ReadonlyMap<string, (bytes: Uint8Array) => readonly Certificate[]> = new Map([
  ['CERTIFICATE', readCertificate],
  ['X509 CERTIFICATE', readCertificate],
  ['PKCS7', readPkcs7],
  ['CMS', readPkcs7],
])

/**
 * Reads certificates, in their order; of a PKCS#7, which has no order, those that can be read. Blocks of another kind in
 * a PEM text are skipped.
 *
 * @returns one or more.
 * @throws {@link KeyError} `ERR_KEYS_MISSING` when there is none, `ERR_KEYS_MALFORMED` when the PEM or the PKCS#7 is
 *   broken; X509Error when a certificate is.
 */
export function loadCertificates(input: CertificateInput): readonly Certificate[] {
  const inputs = typeof input === 'string' || input instanceof Uint8Array ? [input] : input
  const certificates = inputs.flatMap(readAll)
  if (certificates.length === 0) throw new KeyError('ERR_KEYS_MISSING', 'no certificate in what was given')
  return certificates
}

function readAll(input: Uint8Array | string): readonly Certificate[] {
  if (isDer(input)) return isPkcs7(input) ? readPkcs7(input) : readCertificate(input)
  return decodePem(input).flatMap(({ label, bytes }) => readers.get(label)?.(bytes) ?? [])
}

/** A ContentInfo begins with an object identifier, a certificate with what is signed; what is neither, its reader says. */
function isPkcs7(bytes: Uint8Array): boolean {
  return unlessThrown(Asn1Error, () => parseAsn1(bytes).children[0]?.tag === tags.oid) ?? false
}

function readCertificate(bytes: Uint8Array): readonly Certificate[] {
  return [parseCertificate(bytes)]
}

function readPkcs7(bytes: Uint8Array): readonly Certificate[] {
  try {
    return parseSignedData(bytes).certificates
  } catch (cause) {
    if (!(cause instanceof CmsError)) throw cause
    throw new KeyError('ERR_KEYS_MALFORMED', 'not a PKCS#7 with certificates', { cause })
  }
}
