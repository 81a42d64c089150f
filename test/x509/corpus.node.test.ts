import 'reflect-metadata'
import { X509Certificate as NodeCertificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as peculiar from '@peculiar/x509'
import { describe, expect, test } from 'vitest'
import { encodeHex } from '../../src/bytes/index.js'
import { type Certificate, type KeyUsage, parseCertificate, X509Error } from '../../src/x509/index.js'
import { borrowed, borrowedFiles, fuzzCorpus, readAll } from '../helpers/borrowed.node.js'

const suites = [
  { suite: 'rfc9216-smime-keys', atLeast: 12 },
  { suite: 'debian-cryptography-vectors', atLeast: 100 },
  { suite: 'zlint-smime-certs', atLeast: 83 },
  { suite: 'nist-pkits', atLeast: 405 },
  { suite: 'rfc4134-smime-examples', atLeast: 7 },
]

/** What the one and the other say of a certificate, in words that can be compared. */
function ours(certificate: Certificate) {
  const text = (name: Certificate['subject']) =>
    name.rdnSequence
      .flat()
      .map(({ value }) => value)
      .sort()
  const names = (certificate.subjectAltName ?? []).flatMap((name) => {
    if (name.type === 'rfc822Name') return [`email:${name.value}`]
    return name.type === 'dNSName' ? [`DNS:${name.value}`] : []
  })
  return {
    subject: text(certificate.subject),
    issuer: text(certificate.issuer),
    serialNumber: certificate.serialNumber,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    names,
    extKeyUsage: certificate.extKeyUsage ?? [],
    cA: certificate.basicConstraints?.cA ?? false,
  }
}

function nodes(certificate: NodeCertificate): ReturnType<typeof ours> {
  const { subject, issuer } = certificate.toLegacyObject() as unknown as Record<
    'subject' | 'issuer',
    object | undefined
  >
  const text = (name: object | undefined) =>
    Object.values(name ?? {})
      .flat()
      .sort() as string[]
  const serial = certificate.serialNumber
  return {
    subject: text(subject),
    issuer: text(issuer),
    serialNumber: serial.startsWith('-') ? -BigInt(`0x${serial.slice(1)}`) : BigInt(`0x${serial}`),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    names: (certificate.subjectAltName ?? '').split(', ').filter((name) => /^(email|DNS):/.test(name)),
    extKeyUsage: certificate.keyUsage ?? [],
    cA: certificate.ca,
  }
}

const usageNames: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]

function extensionsOf(bytes: Uint8Array) {
  const certificate = new peculiar.X509Certificate(Uint8Array.from(bytes))
  const usages = certificate.getExtension(peculiar.KeyUsagesExtension)?.usages
  return {
    keyUsage: usages === undefined ? undefined : usageNames.filter((_, bit) => usages & (1 << bit)),
    subjectKeyIdentifier: certificate.getExtension(peculiar.SubjectKeyIdentifierExtension)?.keyId,
    authorityKeyIdentifier: certificate.getExtension(peculiar.AuthorityKeyIdentifierExtension)?.keyId,
  }
}

function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

function certificatesIn(suite: string) {
  return borrowedFiles(suite, '.pem', '.cer', '.crt', '.der').flatMap(({ name, path }) => {
    const content = readFileSync(path)
    const blocks = content.toString('latin1').match(/-----BEGIN (X509 )?CERTIFICATE-----[^-]+/g)
    const ders = blocks?.map((block) => Buffer.from(block.slice(block.indexOf('-----', 5) + 5), 'base64')) ?? [content]
    return ders.map((bytes, index) => ({
      name: index === 0 ? name : `${name}#${index}`,
      bytes: Uint8Array.from(bytes),
    }))
  })
}

/** Where we and Node, which is OpenSSL, differ, and why. */
const disagreements: Readonly<Record<string, { readonly what: readonly string[]; readonly why: string }>> = {
  'x509/badasn1time.pem': {
    what: ['ERR_X509_MALFORMED'],
    why: 'a UTCTime with four digits of year, which Node shows as bad',
  },
  'x509/custom/invalid_version.pem': { what: ['ERR_X509_MALFORMED'], why: 'version 8: OpenSSL does not look' },
  'x509/custom/inhibit_any_policy_negative.pem': {
    what: ['ERR_X509_MALFORMED'],
    why: 'a negative number of certificates: OpenSSL looks at it in a path alone',
  },
  'x509/custom/two_basic_constraints.pem': {
    what: ['ERR_X509_MALFORMED'],
    why: 'an extension twice: OpenSSL marks it only',
  },
  'x509/v1_cert.pem': {
    what: ['ERR_X509_MALFORMED'],
    why: 'two signature algorithms: OpenSSL notices when it verifies',
  },
  'x509/scottishpower-bitstring-dn.pem': {
    what: ['subject'],
    why: 'a BIT STRING in a name: Node shows no subject at all',
  },
  'x509/unique_identifier.pem': { what: ['subject'], why: 'the same' },
  'x509/utf8-dnsname.pem': {
    what: ['names'],
    why: 'octets beyond IA5: Node writes them as escapes, we as Latin-1; neither binds',
  },
  'certs/keyUsageCriticalkeyCertSignFalseCACert.crt': {
    what: ['cA'],
    why: 'Node means "may issue", which keyUsage denies',
  },
  'certs/keyUsageNotCriticalkeyCertSignFalseCACert.crt': { what: ['cA'], why: 'the same' },
}

/** In what we differ from Node: fields, or the code with which we refuse what Node reads. */
function differences(bytes: Uint8Array, node: NodeCertificate): readonly string[] {
  let certificate: Certificate
  try {
    certificate = parseCertificate(bytes)
  } catch (error) {
    if (error instanceof X509Error) return [error.code]
    throw error
  }
  const [mine, theirs] = [ours(certificate), nodes(node)]
  const fields = Object.keys(mine) as (keyof typeof mine)[]
  return fields.filter((field) => String(mine[field]) !== String(theirs[field]))
}

describe.skipIf(!borrowed)('certificates of other people', () => {
  test.each(suites)('$suite: read here as Node reads them', ({ suite, atLeast }) => {
    let compared = 0
    for (const { name, bytes } of certificatesIn(suite)) {
      const node = attempt(() => new NodeCertificate(bytes))
      if (!node) continue
      compared++
      expect(differences(bytes, node), name).toEqual(disagreements[name]?.what ?? [])
    }
    expect(compared).toBeGreaterThanOrEqual(atLeast)
  })

  test.each(suites)('$suite: the same key usages and key identifiers as @peculiar/x509', ({ suite, atLeast }) => {
    let compared = 0
    for (const { name, bytes } of certificatesIn(suite)) {
      const [certificate, other] = [attempt(() => parseCertificate(bytes)), attempt(() => extensionsOf(bytes))]
      if (!certificate || !other) continue
      compared++
      const { keyUsage, subjectKeyIdentifier, authorityKeyIdentifier } = certificate
      expect(
        {
          keyUsage: keyUsage && [...keyUsage],
          subjectKeyIdentifier: subjectKeyIdentifier && encodeHex(subjectKeyIdentifier),
          authorityKeyIdentifier: authorityKeyIdentifier && encodeHex(authorityKeyIdentifier),
        },
        name,
      ).toEqual(other)
    }
    expect(compared).toBeGreaterThanOrEqual(atLeast - 4)
  })

  test.each(['x509', 'crl', 'asn1'] as const)('fuzzed %s inputs: a certificate or an X509Error, in no time', (name) => {
    const { slowestMs, strangers } = readAll(fuzzCorpus(name), parseCertificate, [X509Error])
    expect(strangers).toEqual([])
    expect(slowestMs).toBeLessThan(50)
  })
})
