import { describe, expect, test } from 'vitest'
import { context, type DerNode, der, parseAsn1 } from '../../src/asn1/index.js'
import { concat, decodeUtf8, encodeBase64, encodeUtf8 } from '../../src/bytes/index.js'
import { buildEnvelopedData, buildSignedData, parseSignedData } from '../../src/cms/index.js'
import { createSigner, type DigestName } from '../../src/crypto/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import { decodeBody, parseEntity } from '../../src/mime/index.js'
import { decryptEntity, encryptEntity, signEntity, verifyEntity } from '../../src/smime/index.js'
import { curveCertificate } from '../cms/keys.js'
import { now } from '../helpers/issue.js'
import { ann, bobs, letter, ports, signerOf, toBob } from './people.js'

describe('an envelope in the headers of the field (AS-52, SMIME-6, SMIME-7)', async () => {
  const cms = await buildEnvelopedData({ ...toBob, content: letter }, crypto)
  const base64 = encodeBase64(cms)
  const lines = base64.replace(/.{76}/g, '$&\r\n')
  const ok = [
    { comment: 'as it should be', header: 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data' },
    { comment: 'the old name', header: 'Content-Type: application/x-pkcs7-mime; name=smime.p7m' },
    { comment: 'no smime-type', header: 'Content-Type: application/pkcs7-mime' },
    { comment: 'a smime-type that is wrong', header: 'Content-Type: application/pkcs7-mime; smime-type=signed-data' },
    { comment: 'octet-stream, .p7m', header: 'Content-Type: application/octet-stream; name="smime.p7m"' },
    {
      comment: 'octet-stream, .P7M in Content-Disposition',
      header: 'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=SMIME.P7M',
    },
    { comment: 'capitals', header: 'CONTENT-TYPE: Application/PKCS7-MIME; SMIME-TYPE="Enveloped-Data"' },
    { comment: 'no blanks', header: 'Content-Type:application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m' },
    {
      comment: 'a folded header',
      header: 'Content-Type: application/pkcs7-mime;\r\n\tsmime-type=enveloped-data;\r\n name=a',
    },
    { comment: 'a semicolon at the end', header: 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data;' },
  ]
  const encoded = 'Content-Transfer-Encoding: base64'
  const open = async (header: string, body: Uint8Array | string) => {
    const bytes = typeof body === 'string' ? encodeUtf8(body) : body
    const opened = await decryptEntity(parseEntity(concat([encodeUtf8(`${header}\r\n\r\n`), bytes])), [bobs], ports)
    if (opened.ok) expect(opened.entity.bytes).toEqual(letter)
    return opened.ok ? 'ok' : opened.code
  }
  test.each(ok)('$comment', async ({ header }) => {
    expect(await open(`${header}\r\n${encoded}`, lines)).toBe('ok')
  })

  const type = 'Content-Type: application/pkcs7-mime'
  const bodies: { comment: string; header: string; body: Uint8Array | string }[] = [
    { comment: 'base64 in one line', header: `${type}\r\n${encoded}`, body: base64 },
    { comment: 'base64 with bare line feeds', header: `${type}\r\n${encoded}`, body: lines.replaceAll('\r', '') },
    { comment: 'base64 with blank lines around', header: `${type}\r\n${encoded}`, body: `\r\n${lines}\r\n\r\n` },
    { comment: 'base64 without its padding', header: `${type}\r\n${encoded}`, body: lines.replace(/=+$/, '') },
    { comment: 'the transfer encoding twice', header: `${type}\r\n${encoded}\r\n${encoded}`, body: lines },
    { comment: 'base64 that nobody announced', header: type, body: lines },
    { comment: 'base64 announced as 7bit', header: `${type}\r\nContent-Transfer-Encoding: 7bit`, body: lines },
    { comment: 'binary', header: `${type}\r\nContent-Transfer-Encoding: binary`, body: cms },
    { comment: 'binary that nobody announced', header: type, body: cms },
  ]
  test.each(bodies)('$comment', async ({ header, body }) => {
    expect(await open(header, body)).toBe('ok')
  })

  test('other files and other types are not taken for it', async () => {
    expect(await open(`Content-Type: application/octet-stream; name=a.pdf\r\n${encoded}`, lines)).toBe('not-encrypted')
    expect(await open(`Content-Type: text/plain; name=smime.p7m\r\n${encoded}`, lines)).toBe('not-encrypted')
    expect(await open(type, 'Hello')).toBe('malformed')
  })
})

describe('a signature in the headers of the field', async () => {
  const cms = await buildSignedData({ content: letter, signer: await signerOf('Ann'), signingTime: now }, crypto)
  const entity = (protocol: string, type: string) =>
    concat([
      encodeUtf8(`Content-Type: multipart/signed;${protocol} boundary=b\r\n\r\n--b\r\n`),
      letter,
      encodeUtf8(`\r\n--b\r\n${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${encodeBase64(cms)}\r\n--b--\r\n`),
    ])
  const right = ' protocol="application/pkcs7-signature"; micalg=sha-256;'
  const cases = [
    { comment: 'as it should be', protocol: right, type: 'Content-Type: application/pkcs7-signature', answer: 'ok' },
    {
      comment: 'the old names',
      protocol: ' protocol="application/x-pkcs7-signature"; micalg=sha1;',
      type: 'Content-Type: application/x-pkcs7-signature',
      answer: 'ok',
    },
    { comment: 'no protocol', protocol: '', type: 'Content-Type: application/pkcs7-signature', answer: 'ok' },
    {
      comment: 'octet-stream, .p7s',
      protocol: '',
      type: 'Content-Type: application/octet-stream; name=smime.p7s',
      answer: 'ok',
    },
    { comment: 'only the protocol', protocol: right, type: 'Content-Type: application/octet-stream', answer: 'ok' },
    {
      comment: 'only the protocol, in capitals',
      protocol: ' protocol="Application/PKCS7-Signature";',
      type: 'Content-Type: application/octet-stream',
      answer: 'ok',
    },
    {
      comment: 'octet-stream, .P7S',
      protocol: '',
      type: 'Content-Type: application/octet-stream; name=SMIME.P7S',
      answer: 'ok',
    },
    {
      comment: 'octet-stream, named for something else',
      protocol: '',
      type: 'Content-Type: application/octet-stream; name=smime.p7s.txt',
      answer: 'not-signed',
    },
    {
      comment: 'PGP',
      protocol: ' protocol="application/pgp-signature";',
      type: 'Content-Type: application/pgp-signature',
      answer: 'not-signed',
    },
  ]
  test.each(cases)('$comment: $answer', async ({ protocol, type, answer }) => {
    const verified = await verifyEntity(parseEntity(entity(protocol, type)), ports)
    expect(verified.ok ? 'ok' : verified.code).toBe(answer)
  })
})

describe('what we write', () => {
  const micalgs: { digests: DigestName[]; micalg: string }[] = [
    { digests: ['SHA-256'], micalg: 'sha-256' },
    { digests: ['SHA-384'], micalg: 'sha-384' },
    { digests: ['SHA-512'], micalg: 'sha-512' },
    { digests: ['SHA-512', 'SHA-256', 'SHA-512'], micalg: 'sha-512,sha-256' },
  ]
  test.each(micalgs)('micalg of $digests: $micalg (AS-55)', async ({ digests, micalg }) => {
    const signers = await Promise.all(digests.map((digest) => signerOf('Ann', digest)))
    const entity = parseEntity(await signEntity(letter, signers, ports))
    expect(entity.contentType.parameters.micalg).toBe(micalg)
    const verified = await verifyEntity(entity, ports)
    expect(verified.ok && verified.signers.length).toBe(digests.length)
  })

  const keys = [
    { curve: 'P-256', micalg: 'sha-256' },
    { curve: 'P-384', micalg: 'sha-384' },
    { curve: 'P-521', micalg: 'sha-512' },
    { curve: 'Ed25519', micalg: 'sha-512' },
  ] as const
  test.each(keys)('signed with $curve: $micalg', async ({ curve, micalg }) => {
    const { certificate, pkcs8 } = await curveCertificate(`Signer ${curve}`, curve, 'ECDSA')
    const key = createSigner(crypto, parsePrivateKey(pkcs8))
    const entity = parseEntity(await signEntity(letter, { certificate, chain: [], key }, ports))
    expect(entity.contentType.parameters.micalg).toBe(micalg)
    expect(await verifyEntity(entity, ports)).toMatchObject({ ok: true })
  })

  test('an opaque signature has its content inside, octet for octet', async () => {
    const options = { form: 'opaque' } as const
    const entity = parseEntity(await signEntity(letter, await signerOf('Ann'), ports, options))
    expect(entity.contentType).toMatchObject({ subtype: 'pkcs7-mime', parameters: { 'smime-type': 'signed-data' } })
    const verified = await verifyEntity(entity, ports)
    expect(verified.ok && verified.content.bytes).toEqual(letter)
  })

  test('smime-type says what is inside', async () => {
    const typeOf = async (cipher: 'AES-256-CBC' | 'AES-256-GCM') =>
      parseEntity(await encryptEntity(letter, { ...toBob, cipher }, crypto)).contentType.parameters['smime-type']
    expect(await typeOf('AES-256-CBC')).toBe('enveloped-data')
    expect((await typeOf('AES-256-GCM'))?.toLowerCase()).toBe('authenveloped-data')
  })

  test('a signer tells which ciphers it reads, and the reader hears it', async () => {
    const verified = await verifyEntity(parseEntity(await signEntity(letter, await signerOf('Ann'), ports)), ports)
    const oids = verified.ok && verified.signers[0]?.capabilities.map(({ algorithm }) => algorithm)
    expect(oids).toEqual(['1.42', '1.2', '1.46', '1.6'].map((arcs) => `2.16.840.1.101.3.4.${arcs}`))
  })

  test('named by key identifier, a signer needs one', async () => {
    const named = { ...(await signerOf('Ann')), identifiedBy: 'subjectKeyIdentifier' } as const
    await expect(signEntity(letter, named, ports)).rejects.toMatchObject({ code: 'ERR_CMS_DRAFT' })
    const certificate = { ...ann, subjectKeyIdentifier: Uint8Array.of(7) }
    const made = await buildSignedData({ content: letter, signer: { ...named, certificate }, signingTime: now }, crypto)
    expect(parseSignedData(made)).toMatchObject({
      version: 3,
      signerInfos: [{ sid: { type: 'subjectKeyIdentifier', subjectKeyIdentifier: Uint8Array.of(7) } }],
    })
  })
})

describe('what others got wrong, and we do not', () => {
  test('the transfer encoding of what was signed survives encryption', async () => {
    const sealed = await encryptEntity(await signEntity(letter, await signerOf('Ann'), ports), toBob, crypto)
    const decrypted = await decryptEntity(parseEntity(sealed), [bobs], ports)
    const verified = decrypted.ok && (await verifyEntity(decrypted.entity, ports))
    if (verified === false || !verified.ok) throw new Error('not opened')
    expect(verified.content.transferEncoding).toBe('quoted-printable')
    expect(decodeUtf8(decodeBody(verified.content))).toBe('Grüße\r\n')
  })

  test('what is digested are octets, not text', async () => {
    const octets = concat([
      encodeUtf8('Content-Type: text/plain; charset=iso-8859-1\r\n\r\n'),
      Uint8Array.of(0xe4, 0xff, 0x80),
    ])
    const signed = await signEntity(octets, await signerOf('Ann'), ports)
    const verified = await verifyEntity(parseEntity(signed), ports)
    expect(verified.ok && verified.content.bytes).toEqual(octets)
    const other = signed.map((octet) => (octet === 0xe4 ? 0xe5 : octet))
    expect(await verifyEntity(parseEntity(other), ports)).toMatchObject({ ok: false, code: 'signature-invalid' })
  })

  test('encrypted content under [0] EXPLICIT is a string in pieces to BER, and is opened; we write it IMPLICIT', async () => {
    const cms = await buildEnvelopedData({ ...toBob, content: letter }, crypto)
    const header = encodeUtf8('Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n')
    const answer = async (body: Uint8Array) => {
      const opened = await decryptEntity(parseEntity(concat([header, body])), [bobs], ports)
      return opened.ok ? 'ok' : opened.code
    }
    expect(await answer(cms)).toBe('ok')
    expect(await answer(explicitly(cms, (content) => content))).toBe('ok')
    expect(await answer(explicitly(cms, () => der.octetString(new Uint8Array(5))))).toBe('not-decryptable')
    const written = parseAsn1(cms).children[1]!.children[0]!.children[2]!.children[2]!
    expect(written).toMatchObject({ tag: context(0), constructed: false })
  })
})

/** The same envelope with an OCTET STRING inside [0], where [0] should be the string. */
function explicitly(cms: Uint8Array, change: (content: DerNode) => DerNode): Uint8Array {
  const [type, wrapper] = parseAsn1(cms).children
  const [version, recipients, info] = wrapper!.children[0]!.children
  const [contentType, algorithm, content] = info!.children
  const encrypted = der.explicit(0, change(der.octetString(content!.content)))
  const changed = der.sequence(contentType!.bytes, algorithm!.bytes, encrypted)
  return der.encode(
    der.sequence(type!.bytes, der.explicit(0, der.sequence(version!.bytes, recipients!.bytes, changed))),
  )
}
