import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { encodePem, loadCertificates } from '../../src/keys/index.js'
import { buildTrustBundle, loadTrustBundle, type TrustErrorCode } from '../../src/trust/index.js'
import { type Certificate, nameText } from '../../src/x509/index.js'
import { borrowed } from '../helpers/borrowed.node.js'
import { codeOfRejection } from '../helpers/codes.js'
import { issue, issueAuthority, keyPair, now } from '../helpers/issue.js'

const folder = mkdtempSync(join(tmpdir(), 'bundles-'))
afterAll(() => rmSync(folder, { recursive: true }))

const names = (certificates: readonly Certificate[]) => certificates.map(({ subject }) => nameText(subject)).sort()

describe.skipIf(!borrowed)('bundles of the reference implementations', () => {
  const read = (file: string) => readFileSync(join(borrowed ?? '', 'direct-ri/files/bundles', file))

  test('unsigned, without metadata', async () => {
    const bundle = await loadTrustBundle(read('bundleNoMetadata.p7b'))
    expect(bundle).toMatchObject({ kind: 'unsigned', steps: [] })
    expect(bundle.certificates).toHaveLength(2)
  })

  test('what the bundle tool of the Java implementation writes', async () => {
    expect((await loadTrustBundle(read('UnSignedNoMetaData.p7b'))).certificates).toHaveLength(2)
  })

  test('metadata that are no well-formed XML are told, and the anchors are there', async () => {
    const bundle = await loadTrustBundle(read('bundleWithMetadata.p7b'))
    expect(bundle.certificates).toHaveLength(2)
    expect(bundle.metadata).toBeUndefined()
    expect(bundle.steps.map(({ code }) => code)).toEqual(['metadata-unreadable'])
  })

  const sha1 = {
    digests: ['SHA-1', 'SHA-256'],
    signatures: ['RSASSA-PKCS1-v1_5'],
    minRsaBits: 1024,
    maxRsaBits: 8192,
    curves: [],
  } as const

  test('TB-4: of a signed bundle the inner certificate is the anchor, and not that of the signature', async () => {
    const signers = loadCertificates(read('bundleSigner.der'))
    const bundle = await loadTrustBundle(read('signedbundle.p7m'), { signers, algorithms: sha1 })
    expect(names(bundle.certificates)).toEqual([expect.stringContaining('sm1.direct.com Root CA')])
    expect(bundle).toMatchObject({ kind: 'signed', signer: { serialNumber: signers[0]!.serialNumber } })
  })

  test('its SHA-1 is refused unless it is asked for', async () => {
    const signers = loadCertificates(read('bundleSigner.der'))
    expect(await codeOfRejection(loadTrustBundle(read('signedbundle.p7m'), { signers }))).toBe(
      'ERR_TRUST_BUNDLE_SIGNATURE',
    )
  })

  test('garbage', async () => {
    expect(await codeOfRejection(loadTrustBundle(read('invalidBundle.der')))).toBe('ERR_TRUST_BUNDLE_FORMAT')
  })
})

async function world() {
  const anchors = [await issueAuthority({ cn: 'Clinic CA' }), await issueAuthority({ cn: 'Hospital CA' })]
  const certificate = await issue({ cn: 'Bundle Signer' })
  const key = (await keyPair('Bundle Signer')).signer()
  return { anchors, certificate, signer: { certificate, chain: [], key } }
}

const metadata = {
  profile: 'Anchors of clinics & hospitals <accredited>',
  distributionPoints: ['https://bundles.example/anchors.p7b'],
  validFrom: now - 1000,
  validTo: now + 1000,
  anchors: [{ issuerName: 'CN=Clinic CA', serialNumber: '17' }],
}

describe('bundles made here', () => {
  test('OpenSSL reads the anchors, signed and unsigned; the metadata come back', async () => {
    const { anchors, signer, certificate } = await world()
    const unsigned = await buildTrustBundle({ certificates: anchors, metadata })
    const signed = await buildTrustBundle({ certificates: anchors, metadata, signer, signingTime: now })
    writeFileSync(join(folder, 'bundle.p7b'), unsigned)
    writeFileSync(join(folder, 'bundle.p7m'), signed)
    writeFileSync(join(folder, 'signer.pem'), encodePem('CERTIFICATE', certificate.bytes))

    const openssl = (...options: readonly string[]) => execFileSync('openssl', options, { cwd: folder, stdio: 'pipe' })
    const listed = openssl('pkcs7', '-inform', 'DER', '-in', 'bundle.p7b', '-print_certs', '-noout').toString()
    expect(listed).toContain('CN = Clinic CA')
    expect(listed).toContain('CN = Hospital CA')
    openssl('cms', '-verify', '-inform', 'DER', '-in', 'bundle.p7m', '-noverify', '-binary', '-out', 'inner.p7b')
    expect(readFileSync(join(folder, 'inner.p7b')).equals(unsigned)).toBe(true)

    const bundle = await loadTrustBundle(signed, { signers: [certificate], at: now })
    expect(names(bundle.certificates)).toEqual(['CN=Clinic CA', 'CN=Hospital CA'])
    expect(bundle).toMatchObject({ kind: 'signed', metadata, signingTime: now, steps: [] })
  })

  test('TB-6: what OpenSSL makes is read: DER and PEM, a file of certificates, one certificate', async () => {
    const { anchors } = await world()
    const pem = anchors.map(({ bytes }) => encodePem('CERTIFICATE', bytes)).join('')
    writeFileSync(join(folder, 'anchors.pem'), pem)
    for (const form of ['DER', 'PEM']) {
      const options = ['crl2pkcs7', '-nocrl', '-certfile', 'anchors.pem', '-outform', form, '-out', 'made.p7b']
      execFileSync('openssl', options, { cwd: folder, stdio: 'pipe' })
      const { certificates } = await loadTrustBundle(readFileSync(join(folder, 'made.p7b')))
      expect(names(certificates)).toEqual(['CN=Clinic CA', 'CN=Hospital CA'])
    }
    expect((await loadTrustBundle(pem)).certificates).toHaveLength(2)
    expect((await loadTrustBundle(anchors[0]!.bytes)).certificates).toHaveLength(1)
  })

  test('a bundle signed by OpenSSL, the signer not sent along', async () => {
    const { anchors, certificate } = await world()
    writeFileSync(join(folder, 'inner'), await buildTrustBundle({ certificates: anchors }))
    writeFileSync(join(folder, 'signer.pem'), encodePem('CERTIFICATE', certificate.bytes))
    writeFileSync(join(folder, 'key.pem'), encodePem('PRIVATE KEY', (await keyPair('Bundle Signer')).pkcs8))
    const options = 'cms -sign -in inner -binary -nodetach -nocerts -signer signer.pem -inkey key.pem -outform DER'
    const signed = execFileSync('openssl', options.split(' '), { cwd: folder, stdio: 'pipe' })
    const bundle = await loadTrustBundle(signed, { signers: [certificate] })
    expect(bundle).toMatchObject({ kind: 'signed', signer: { serialNumber: certificate.serialNumber } })
  })
})

describe('bundles that are not taken, each with its twin', () => {
  interface Case {
    readonly comment: string
    readonly make: (scene: Awaited<ReturnType<typeof world>>) => Promise<Uint8Array>
    readonly options: (scene: Awaited<ReturnType<typeof world>>) => Promise<Parameters<typeof loadTrustBundle>[1]>
    readonly code: TrustErrorCode | undefined
  }
  const plain: Case['make'] = ({ anchors }) => buildTrustBundle({ certificates: anchors, metadata })
  const signed: Case['make'] = ({ anchors, signer }) =>
    buildTrustBundle({ certificates: anchors, metadata, signer, signingTime: now })
  const bySigner = async ({ certificate }: Awaited<ReturnType<typeof world>>) => ({ signers: [certificate], at: now })

  test.each<Case>([
    { comment: 'TB-9: signed by the one asked for', make: signed, options: bySigner, code: undefined },
    {
      comment: 'TB-9: signed by somebody else, who calls himself the same',
      make: async ({ anchors, signer, certificate }) => {
        const key = (await keyPair('impostor')).signer()
        const false_ = await issue({ cn: 'Bundle Signer', key: 'impostor', serialNumber: certificate.serialNumber })
        const impostor = { ...signer, certificate: false_, key }
        return buildTrustBundle({ certificates: anchors, signer: impostor, signingTime: now })
      },
      options: bySigner,
      code: 'ERR_TRUST_BUNDLE_SIGNATURE',
    },
    {
      comment: 'TB-9: an unsigned one where a signer is asked for',
      make: plain,
      options: bySigner,
      code: 'ERR_TRUST_BUNDLE_SIGNATURE',
    },
    {
      comment: 'an unsigned one where none is asked for',
      make: plain,
      options: async () => ({ at: now }),
      code: undefined,
    },
    {
      comment: 'TB-9: a signed one, and nobody said by whom',
      make: signed,
      options: async () => ({ at: now }),
      code: 'ERR_TRUST_BUNDLE_NO_SIGNER',
    },
    {
      comment: 'the same, taken unchecked by request',
      make: signed,
      options: async () => ({ at: now, signatureUnchecked: true }),
      code: undefined,
    },
    {
      comment: 'TB-9: one bit of the inner bundle changed',
      make: async (scene) => {
        const bytes = Uint8Array.from(await signed(scene))
        const at = Buffer.from(bytes).indexOf('Clinic CA')
        bytes[at] = bytes[at]! ^ 1
        return bytes
      },
      options: bySigner,
      code: 'ERR_TRUST_BUNDLE_SIGNATURE',
    },
    {
      comment: 'the signer has expired',
      make: signed,
      options: async ({ certificate }) => ({ signers: [certificate], at: Date.UTC(2028, 0, 1) }),
      code: 'ERR_TRUST_BUNDLE_SIGNER',
    },
    {
      comment: 'the signer is not valid yet',
      make: ({ anchors, signer }) => buildTrustBundle({ certificates: anchors, signer, signingTime: now }),
      options: async ({ certificate }) => ({ signers: [certificate], at: certificate.notBefore - 1 }),
      code: 'ERR_TRUST_BUNDLE_SIGNER',
    },
    ...(['notBefore', 'notAfter'] as const).map((end) => ({
      comment: `the signer at its last or first instant (${end})`,
      make: ({ anchors, signer }: Awaited<ReturnType<typeof world>>) =>
        buildTrustBundle({ certificates: anchors, signer, signingTime: now }),
      options: async ({ certificate }: Awaited<ReturnType<typeof world>>) => ({
        signers: [certificate],
        at: certificate[end],
      }),
      code: undefined,
    })),
    ...[now - 1000, now + 1000].map((at) => ({
      comment: `TB-8: at its first or last instant (${at - now})`,
      make: plain,
      options: async () => ({ at }),
      code: undefined,
    })),
    { comment: 'TB-8: dates that nobody asks about', make: plain, options: async () => ({}), code: undefined },
    {
      comment: 'TB-8: after its last day',
      make: plain,
      options: async () => ({ at: now + 2000 }),
      code: 'ERR_TRUST_BUNDLE_DATE',
    },
    {
      comment: 'TB-8: before its first day',
      make: plain,
      options: async () => ({ at: now - 2000 }),
      code: 'ERR_TRUST_BUNDLE_DATE',
    },
    {
      comment: 'TB-14: every anchor has expired',
      make: ({ anchors }) => buildTrustBundle({ certificates: anchors }),
      options: async () => ({ at: Date.UTC(2028, 0, 1) }),
      code: 'ERR_TRUST_BUNDLE_EMPTY',
    },
    {
      comment: 'a signed bundle inside of a signed bundle',
      make: async ({ signer, anchors }) => {
        const { buildSignedData } = await import('../../src/cms/index.js')
        const inner = await buildTrustBundle({ certificates: anchors, signer, signingTime: now })
        return buildSignedData({ content: inner, signer, signingTime: now, form: 'opaque' }, crypto)
      },
      options: bySigner,
      code: 'ERR_TRUST_BUNDLE_FORMAT',
    },
  ])('$comment', async ({ make, options, code }) => {
    const scene = await world()
    expect(await codeOfRejection(loadTrustBundle(await make(scene), await options(scene)))).toBe(code)
  })

  test('TB-14: an anchor that expires now is still one', async () => {
    const last = await issueAuthority({ cn: 'Old CA', notAfter: now })
    const bundle = await loadTrustBundle(await buildTrustBundle({ certificates: [last] }), { at: now })
    expect([names(bundle.certificates), bundle.steps]).toEqual([['CN=Old CA'], []])
  })

  test('TB-14: one that cannot be read is left out with a word, the others stay', async () => {
    const { anchors } = await world()
    const other = anchors[1]!.bytes
    const broken = Uint8Array.from(other)
    // The version of the certificate: 9 instead of 2.
    broken[Buffer.from(broken).indexOf(Buffer.from('a003020102', 'hex')) + 4] = 9
    const file = Buffer.from(await buildTrustBundle({ certificates: anchors }))
    const at = file.indexOf(other)
    const bundle = await loadTrustBundle(
      Buffer.concat([file.subarray(0, at), broken, file.subarray(at + broken.length)]),
    )
    expect(names(bundle.certificates)).toEqual(['CN=Clinic CA'])
    expect(bundle.steps.map(({ code, outcome }) => [code, outcome])).toEqual([['anchor-unreadable', 'failed']])
  })

  test('TB-9: a signature that was not looked at is told', async () => {
    const { anchors, signer } = await world()
    const file = await buildTrustBundle({ certificates: anchors, signer, signingTime: now })
    const { kind, signer: by, steps } = await loadTrustBundle(file, { signatureUnchecked: true })
    expect([kind, by, steps.map(({ code, outcome }) => [code, outcome])]).toEqual([
      'signed',
      undefined,
      [['signature-unchecked', 'skipped']],
    ])
  })

  test('TB-14: one expired anchor is left out with a word, the other stays', async () => {
    const old = await issueAuthority({ cn: 'Old CA', notAfter: now - 1 })
    const { anchors } = await world()
    const file = await buildTrustBundle({ certificates: [...anchors, old] })
    const bundle = await loadTrustBundle(file, { at: now })
    expect(names(bundle.certificates)).toEqual(['CN=Clinic CA', 'CN=Hospital CA'])
    expect(bundle.steps.map(({ code, outcome }) => [code, outcome])).toEqual([['anchor-expired-in-bundle', 'failed']])
  })
})
