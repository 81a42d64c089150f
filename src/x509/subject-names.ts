import type { Certificate } from './certificate.js'

/** The names by which mail knows a certificate's owner. */
export interface SubjectNames {
  readonly rfc822Names: readonly string[]
  readonly dNSNames: readonly string[]
  /** The emailAddress attributes of the subject, where they stood before there were alternative names. */
  readonly emailAddresses: readonly string[]
}

const emailAddress = '1.2.840.113549.1.9.1'

/** Collects the names of a certificate as they are written; nothing is compared or checked. @see RFC 5280 §4.2.1.6 */
export function subjectNames({ subjectAltName = [], subject }: Certificate): SubjectNames {
  const values = (type: 'rfc822Name' | 'dNSName') =>
    subjectAltName.flatMap((name) => (name.type === type ? [name.value] : []))
  const attributes = subject.rdnSequence.flat().filter(({ type }) => type === emailAddress)
  return {
    rfc822Names: values('rfc822Name'),
    dNSNames: values('dNSName'),
    emailAddresses: attributes.map(({ value }) => value),
  }
}
