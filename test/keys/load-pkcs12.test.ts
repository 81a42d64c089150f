import { describe, expect, test } from 'vitest'
import { der, parseAsn1 } from '../../src/asn1/index.js'
import { concat, decodeBase64, encodeUtf8 } from '../../src/bytes/index.js'
import { encodePem, KeyError, loadIdentity, loadPkcs12 } from '../../src/keys/index.js'
import { type Name, nameText } from '../../src/x509/index.js'
import rows from '../../vectors/keys/pkcs12.json' with { type: 'json' }
import rfc9879 from '../../vectors/keys/rfc9879.json' with { type: 'json' }
import { bag, certificateBag, contentInfo, keyBag, localKeyId, pfx, pfxOfSafes } from './fixtures.js'
import { abilities, decrypts, hasAes192, signs } from './put-to-use.js'

interface Row {
  readonly comment: string
  readonly password: string
  readonly pkcs12: string
  readonly signs: string | null
  readonly decrypts: readonly string[]
  readonly chain: readonly string[]
  readonly friendlyName?: string
  readonly error?: string
}
const all: readonly Row[] = (rows as readonly Row[]).map((row) =>
  hasAes192 || !row.comment.includes('AES-192') ? row : { ...row, error: 'ERR_KEYS_UNSUPPORTED' },
)
const row = (comment: string) => all.find((each) => each.comment === comment)!
const bytesOf = ({ pkcs12 }: { readonly pkcs12: string }) => decodeBase64(pkcs12)
const commonName = ({ subject }: { readonly subject: Name }) => nameText(subject).replace(/^.*CN=/, '')

describe('PKCS#12 files by OpenSSL, NSS and Java (RFC 7292)', () => {
  const readable = all.filter(({ error }) => !error)

  test.each(readable)('$comment', async (row) => {
    const { signing, decryption } = await loadIdentity({ pkcs12: bytesOf(row), password: row.password })
    expect(signing ? commonName(signing.certificate) : null).toBe(row.signs)
    expect(decryption.map(({ certificate }) => commonName(certificate))).toEqual(row.decrypts)
    for (const { chain } of [signing ?? [], decryption].flat()) expect(chain.map(commonName)).toEqual(row.chain)
    if (signing) expect(await signs(signing)).toBe(true)
    for (const each of decryption) expect(await decrypts(each)).toBe(true)
  })

  test.each(all.filter(({ error }) => error))('$comment: $error', async ({ pkcs12, password, error }) => {
    await expect(loadIdentity({ pkcs12: decodeBase64(pkcs12), password })).rejects.toMatchObject({ code: error })
  })

  // NSS asks for 600,000 rounds, and one file says as much as all.
  const quick = readable.filter(({ comment }) => !/^(NSS|neither)/.test(comment))
  test.each(quick)('$comment: the wrong password', async (row) => {
    const wrong = loadPkcs12(bytesOf(row), { password: 'wrong' })
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_KEYS_PASSWORD', temporary: false })
    if (row.password === '') return
    await expect(loadPkcs12(bytesOf(row))).rejects.toMatchObject({ code: 'ERR_KEYS_ENCRYPTED' })
  })

  test.each(['the empty password', 'the empty password, old ciphers', 'neither encrypted nor with a MAC'])(
    '%s: opens without one',
    async (comment) => {
      expect((await loadPkcs12(bytesOf(row(comment)))).keys).toHaveLength(1)
    },
  )

  test('in PEM, as text or as bytes', async () => {
    const { password, pkcs12 } = row('OpenSSL 3 as it comes')
    const pem = `Somebody's key\n${encodePem('PKCS12', decodeBase64(pkcs12))}`
    const expected = await loadPkcs12(decodeBase64(pkcs12), { password })
    expect(await loadPkcs12(pem, { password })).toEqual(expected)
    expect(await loadPkcs12(encodeUtf8(pem), { password })).toEqual(expected)
  })

  test('a name for people', async () => {
    const { password, friendlyName, ...file } = row('a name for people')
    const { keys, certificates } = await loadPkcs12(bytesOf(file), { password })
    expect(keys.map((key) => key.friendlyName)).toEqual([friendlyName])
    expect(certificates.filter((each) => each.friendlyName === friendlyName)).toHaveLength(1)
  })

  test('of two certificates of one key that sign, the localKeyId names the one', async () => {
    const { password, ...file } = row('two certificates of the key')
    const { signing, decryption } = await loadIdentity({ pkcs12: bytesOf(file), password })
    const [newer, older] = decryption.map(({ certificate }) => certificate)
    expect(newer!.notBefore).toBeGreaterThan(older!.notBefore)
    expect(signing?.certificate).toEqual(older)
  })

  test('rounds beyond the limit are not begun', async () => {
    const { password, ...file } = row('50,000 rounds')
    const load = (maxIterations: number) => loadPkcs12(bytesOf(file), { password, limits: { maxIterations } })
    await expect(load(49_999)).rejects.toMatchObject({ code: 'ERR_KEYS_LIMIT' })
    // The MAC, the certificates and the key: the limit is for all of them together.
    await expect(load(149_999)).rejects.toMatchObject({ code: 'ERR_KEYS_LIMIT' })
    expect((await load(150_000)).keys).toHaveLength(1)
  })
})

describe('PBMAC1 (RFC 9879 Appendix A)', () => {
  test.each(rfc9879)('$source: $comment', async ({ pkcs12, password, error }) => {
    const loading = loadIdentity({ pkcs12: decodeBase64(pkcs12), password })
    if (error) await expect(loading).rejects.toMatchObject({ code: error })
    else expect(await abilities(await loading)).toBe('signs, decrypts with 1')
  })

  test.each(rfc9879.filter(({ error }) => !error))('$source: the wrong password', async ({ pkcs12 }) => {
    const loading = loadIdentity({ pkcs12: decodeBase64(pkcs12), password: '12345' })
    await expect(loading).rejects.toMatchObject({ code: 'ERR_KEYS_PASSWORD' })
  })
})

describe('what is in a file', () => {
  const p256 = [keyBag('p256'), certificateBag('p256')]
  const crl = bag(4, der.sequence(der.oid('1.2.840.113549.1.9.23.1'), der.explicit(0, der.octetString(der.nul()))))
  const sdsi = bag(3, der.sequence(der.oid('1.2.840.113549.1.9.22.2'), der.explicit(0, der.octetString(der.nul()))))
  const broken = bag(3, der.sequence(der.oid('1.2.840.113549.1.9.22.1'), der.explicit(0, der.octetString(der.nul()))))
  const badName = der.sequence(der.oid('1.2.840.113549.1.9.20'), der.setOf([der.integer(1)]))

  const read = [
    { comment: 'plain bags', bags: p256, keys: 1, certificates: 1 },
    { comment: 'nothing', bags: [], keys: 0, certificates: 0 },
    { comment: 'bags inside a bag', bags: [bag(6, der.sequence(...p256)), p256[1]!], keys: 1, certificates: 2 },
    {
      comment: 'CRLs, secrets and SDSI beside them',
      bags: [crl, bag(5, der.nul()), sdsi, ...p256],
      keys: 1,
      certificates: 1,
    },
    { comment: 'a certificate that cannot be read', bags: [broken, ...p256], keys: 1, certificates: 1 },
    { comment: 'a name that cannot be read', bags: [keyBag('p256', badName)], keys: 1, certificates: 0 },
    { comment: '64 keys', bags: Array.from({ length: 64 }, () => p256[0]!), keys: 64, certificates: 0 },
  ]
  test.each(read)('$comment: $keys keys, $certificates certificates', async ({ bags, keys, certificates }) => {
    const content = await loadPkcs12(pfx(bags))
    expect([content.keys.length, content.certificates.length]).toEqual([keys, certificates])
  })

  test('BER with indefinite lengths and strings in pieces', async () => {
    const [version, authSafe] = parseAsn1(pfx(p256)).children
    const [type, wrapper] = authSafe!.children
    const octets = wrapper!.children[0]!.content
    const pieces = [octets.subarray(0, 100), octets.subarray(100)].map((piece) => der.encode(der.octetString(piece)))
    const indefinite = (tag: number, ...parts: readonly Uint8Array[]) =>
      concat([Uint8Array.of(tag, 0x80), ...parts, Uint8Array.of(0, 0)])
    const content = indefinite(0x30, type!.bytes, indefinite(0xa0, indefinite(0x24, ...pieces)))
    expect(await loadPkcs12(indefinite(0x30, version!.bytes, content))).toEqual(await loadPkcs12(pfx(p256)))
  })

  const data = contentInfo(der.octetString(der.sequence()))
  const mac = (iterations: bigint) =>
    der.sequence(
      der.sequence(der.sequence(der.oid('1.3.14.3.2.26'), der.nul()), der.octetString(new Uint8Array(20))),
      der.octetString(new Uint8Array(8)),
      der.integer(iterations),
    )
  const withMac = (iterations: bigint) =>
    der.encode(der.sequence(der.integer(3), contentInfo(der.octetString(der.sequence(data))), mac(iterations)))
  const signed = der.sequence(der.integer(3), contentInfo(der.sequence(), '1.2.840.113549.1.7.2'))
  const refused = [
    { comment: 'a wrong MAC, no password', input: withMac(1n), code: 'ERR_KEYS_ENCRYPTED' },
    { comment: 'a MAC in 10,000,001 rounds', input: withMac(10_000_001n), code: 'ERR_KEYS_LIMIT' },
    { comment: 'a MAC in 2^62 rounds', input: withMac(1n << 62n), code: 'ERR_KEYS_LIMIT' },
    { comment: 'a MAC in no rounds', input: withMac(0n), code: 'ERR_KEYS_MALFORMED' },
    { comment: 'a MAC in -1 rounds', input: withMac(-1n), code: 'ERR_KEYS_MALFORMED' },
    { comment: 'another version', input: pfx(p256, 2), code: 'ERR_KEYS_UNSUPPORTED' },
    { comment: 'a signature instead of a MAC', input: der.encode(signed), code: 'ERR_KEYS_UNSUPPORTED' },
    {
      comment: 'encryption to a public key',
      input: pfxOfSafes([contentInfo(der.sequence(), '1.2.840.113549.1.7.3')]),
      code: 'ERR_KEYS_UNSUPPORTED',
    },
    { comment: '65 keys', input: pfx(Array.from({ length: 65 }, () => p256[0]!)), code: 'ERR_KEYS_LIMIT' },
    { comment: '1000 bags in a safe', input: pfx(Array.from({ length: 1000 }, () => crl)), code: 'ERR_KEYS_LIMIT' },
    { comment: 'trailing bytes', input: concat([pfx(p256), Uint8Array.of(0)]), code: 'ERR_KEYS_MALFORMED' },
    {
      comment: 'a certificate',
      input: '-----BEGIN CERTIFICATE-----MAA=-----END CERTIFICATE-----',
      code: 'ERR_KEYS_MISSING',
    },
    { comment: 'an empty SEQUENCE', input: Uint8Array.of(0x30, 0), code: 'ERR_KEYS_MALFORMED' },
    { comment: 'no bytes', input: new Uint8Array(), code: 'ERR_KEYS_MISSING' },
  ]
  test.each(refused)('$comment: $code', async ({ input, code }) => {
    await expect(loadPkcs12(input)).rejects.toMatchObject({ code })
  })

  test('999 bags in a safe are read', async () => {
    expect((await loadPkcs12(pfx(Array.from({ length: 999 }, () => crl)))).keys).toEqual([])
  })
})

describe('which key becomes what', () => {
  const loaded = [
    {
      comment: 'a key without a certificate beside one that has one',
      bags: [keyBag('p384'), keyBag('p256'), certificateBag('p256')],
      can: 'signs, decrypts with 1',
    },
    {
      comment: 'a key of an unknown kind beside a known one',
      bags: [keyBag('ed448'), certificateBag('ed448'), keyBag('rsa'), certificateBag('rsa')],
      can: 'signs, decrypts with 1',
    },
    {
      comment: 'a key whose localKeyId names nothing',
      bags: [keyBag('p256', localKeyId(1)), certificateBag('p256', localKeyId(2))],
      can: 'signs, decrypts with 1',
    },
    {
      comment: 'a CA beside an end entity',
      bags: [keyBag('issuing'), certificateBag('issuing'), keyBag('signing'), certificateBag('signing')],
      can: 'signs',
    },
    {
      comment: 'the same key twice',
      bags: [keyBag('p256'), keyBag('p256'), certificateBag('p256')],
      can: 'signs, decrypts with 1',
    },
    {
      comment: 'the same certificate twice',
      bags: [keyBag('p256'), certificateBag('p256'), certificateBag('p256')],
      can: 'signs, decrypts with 1',
    },
  ]
  test.each(loaded)('$comment: $can', async ({ bags, can }) => {
    expect(await abilities(await loadIdentity({ pkcs12: pfx(bags) }))).toBe(can)
  })

  const refused = [
    {
      comment: 'a key without a certificate',
      bags: [keyBag('p384'), certificateBag('p256')],
      code: 'ERR_KEYS_MISSING',
    },
    {
      comment: 'a key whose localKeyId names the certificate of another',
      bags: [keyBag('p384', localKeyId(1)), certificateBag('p256', localKeyId(1))],
      code: 'ERR_KEYS_MISMATCH',
    },
    {
      comment: 'a key of an unknown kind',
      bags: [keyBag('ed448'), certificateBag('ed448')],
      code: 'ERR_KEYS_UNSUPPORTED',
    },
    { comment: 'a CA', bags: [keyBag('issuing'), certificateBag('issuing')], code: 'ERR_KEYS_USAGE' },
    { comment: 'no certificate', bags: [keyBag('p256')], code: 'ERR_KEYS_MISSING' },
    { comment: 'no key', bags: [certificateBag('p256')], code: 'ERR_KEYS_MISSING' },
  ]
  test.each(refused)('$comment: $code', async ({ bags, code }) => {
    await expect(loadIdentity({ pkcs12: pfx(bags) })).rejects.toMatchObject({ code })
  })

  test('without a localKeyId the newest certificate of the key signs', async () => {
    const bags = [keyBag('p256'), certificateBag('p256'), certificateBag('p256-renewed')]
    const { signing, decryption } = await loadIdentity({ pkcs12: pfx(bags) })
    expect(signing?.certificate).toEqual(decryption[0]?.certificate)
    expect(decryption).toHaveLength(2)
  })

  test('the newest key signs, whatever the order', async () => {
    const bags = ['p256', 'rsa', 'p384'].flatMap((name) => [keyBag(name), certificateBag(name)])
    const { signing, decryption } = await loadIdentity({ pkcs12: pfx(bags) })
    expect(commonName(signing!.certificate)).toBe('rsa')
    expect(decryption.map(({ certificate }) => commonName(certificate))).toEqual(['rsa', 'p384', 'p256'])
  })
})

describe('damage', () => {
  const { password, ...file } = row('one round of everything')
  const good = bytesOf(file)
  const options = { password, limits: { maxIterations: 10_000 } }

  async function outcome(input: Uint8Array): Promise<string> {
    try {
      return `${(await loadPkcs12(input, options)).keys.length} key`
    } catch (error) {
      return error instanceof KeyError ? 'KeyError' : String(error)
    }
  }

  test('whatever octet is changed, what is inside is not taken', async () => {
    const outcomes = new Map<string, number>()
    for (let at = 0; at < good.length; at++) {
      const what = await outcome(good.map((octet, i) => (i === at ? octet ^ 0x15 : octet)))
      outcomes.set(what, (outcomes.get(what) ?? 0) + 1)
    }
    expect(Object.fromEntries(outcomes)).toEqual({ KeyError: good.length })
    expect(await outcome(good)).toBe('1 key')
  }, 30_000)

  test('wherever it is cut, it is refused', async () => {
    for (let length = 1; length < good.length; length += 3) {
      expect(await outcome(good.subarray(0, length))).toBe('KeyError')
    }
  })
})
