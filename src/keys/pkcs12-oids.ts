import type { Oid } from '../asn1/index.js'

/** The kinds of bags that are read and written. @see RFC 7292 §4.2 */
export const bagTypes: Readonly<Record<'key' | 'pkcs8ShroudedKey' | 'certificate' | 'safeContents', Oid>> = {
  key: '1.2.840.113549.1.12.10.1.1',
  pkcs8ShroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  safeContents: '1.2.840.113549.1.12.10.1.6',
}

/** The kind of certificate that a bag holds, as opposed to SDSI. @see RFC 7292 §4.2.3 */
export const x509CertificateType: Oid = '1.2.840.113549.1.9.22.1'

/** Attributes of bags. @see RFC 2985 §5.5 */
export const pkcs9: Readonly<Record<'friendlyName' | 'localKeyId', Oid>> = {
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
}

/** The content type of what a password encrypts; only PKCS#12 uses it here. @see RFC 5652 §8 */
export const encryptedData: Oid = '1.2.840.113549.1.7.6'
