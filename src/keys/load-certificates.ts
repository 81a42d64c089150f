import { type Certificate, parseCertificate } from '../x509/index.js'
import { KeyError } from './errors.js'
import { decodePem, isDer } from './pem.js'

/** Certificates as files hold them: one in DER, or any number in PEM. A list is read one after the other. */
export type CertificateInput = Uint8Array | string | readonly (Uint8Array | string)[]

const labels: ReadonlySet<string> = new Set(['CERTIFICATE', 'X509 CERTIFICATE'])

/**
 * Reads certificates, in their order. Blocks of another kind in a PEM text are skipped.
 *
 * @returns one or more.
 * @throws {@link KeyError} `ERR_KEYS_MISSING` when there is none, `ERR_KEYS_MALFORMED` when the PEM is broken; X509Error
 *   when a certificate is.
 */
export function loadCertificates(input: CertificateInput): readonly Certificate[] {
  const inputs = typeof input === 'string' || input instanceof Uint8Array ? [input] : input
  const certificates = inputs.flatMap(encodings).map(parseCertificate)
  if (certificates.length === 0) throw new KeyError('ERR_KEYS_MISSING', 'no certificate in what was given')
  return certificates
}

function encodings(input: Uint8Array | string): readonly Uint8Array[] {
  if (isDer(input)) return [input]
  return decodePem(input)
    .filter(({ label }) => labels.has(label))
    .map(({ bytes }) => bytes)
}
