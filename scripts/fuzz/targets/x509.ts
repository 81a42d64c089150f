import { Asn1Error, parseAsn1 } from '../../../src/asn1/index.js'
import { equal } from '../../../src/bytes/index.js'
import {
  describeCertificate,
  nameKey,
  nameText,
  parseCertificate,
  parseName,
  subjectNames,
  X509Error,
} from '../../../src/x509/index.js'
import { same, type Target } from '../target.js'

export const x509Targets: readonly Target[] = [
  {
    name: 'x509-certificate',
    files: [
      'x509/certificate.ts',
      'x509/extensions.ts',
      'x509/general-name.ts',
      'x509/name.ts',
      'x509/subject-names.ts',
      'x509/errors.ts',
    ],
    seeds: ['certificate'],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [X509Error],
    run(input) {
      const certificate = parseCertificate(input)
      same('a certificate is its input', equal(certificate.bytes, input), true)
      describeCertificate(certificate)
      subjectNames(certificate)
      nameKey(certificate.issuer)
      nameKey(certificate.subject)
    },
  },
  {
    name: 'x509-name',
    files: ['x509/name.ts'],
    seeds: ['der', 'certificate'],
    mutators: ['der'],
    own: [X509Error, Asn1Error],
    run(input) {
      const root = parseAsn1(input)
      // A name alone, or the two of a certificate.
      const names = root.children.length === 3 ? (root.children[0]?.children ?? []) : [root]
      for (const element of names) {
        if (element.tag !== root.tag) continue
        const name = parseName(element)
        nameText(name)
        nameKey(name)
      }
    },
  },
]
