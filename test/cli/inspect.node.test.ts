import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { encodeBase64Lines } from '../../src/bytes/index.js'
import { buildCompressedData } from '../../src/cms/index.js'
import { needs } from '../helpers/needs.node.js'
import { ran, ranWith } from './ran.js'

const vectors = new URL('../../vectors/openssl/', import.meta.url).pathname

const anns = 'serial 5a01000000000010 of O=Example Clinic, CN=Example Clinic CA'
const bobs = 'serial 5a02000000000020 of O=Example Hospital, CN=Example Hospital CA'
const annsCertificate =
  /^ +certificate of O=Example Clinic, CN=Ann Archer, issued by .*, serial 5a01000000000010, until 2055-.*, ann@direct.clinic.example$/m

describe('direct-smime inspect, of what OpenSSL made', () => {
  const cases = [
    {
      comment: 'an encrypted message',
      file: 'messages/streamed.eml',
      lines: [
        'application/pkcs7-mime, base64, 7280 octets',
        '  envelopedData, AES-256-CBC',
        `    for ${bobs}, keyTrans, RSAES-PKCS1-v1_5`,
      ],
    },
    {
      comment: 'CMS alone, the recipient by the identifier of its key',
      file: 'enveloped/keyid.p7m',
      lines: [
        '  envelopedData, AES-256-CBC',
        '    for the key 77a24088bb7a181f729364261a463bd610dcd83e, keyTrans, RSAES-PKCS1-v1_5',
      ],
    },
    {
      comment: 'a signed message',
      file: 'signed/line-ends.eml',
      lines: [
        'multipart/signed, 7bit, 4357 octets',
        '    text/csv, base64, 148 octets',
        '    signedData, detached',
        `      signed by ${anns}, SHA-256, RSASSA-PKCS1-v1_5, 2026-11-24T04:16:32.000Z`,
      ],
    },
    {
      comment: 'an opaque signature, and what lies below it',
      file: 'signed/opaque.eml',
      lines: ['  signedData, opaque', '  multipart/mixed, 7bit, 684 octets', '    text/csv, base64, 148 octets'],
    },
    { comment: 'certificates alone', file: 'signed/certs-only.p7c', lines: ['  signedData, not signed'] },
  ]
  test.each(cases)('$comment', async ({ file, lines }) => {
    const { code, printed } = await ran('inspect', vectors + file)
    expect(code).toBe(0)
    expect(printed.split('\n')).toEqual(expect.arrayContaining(lines))
  })

  test('certificates are named', async () => {
    expect((await ran('inspect', `${vectors}signed/detached.p7s`)).printed).toMatch(annsCertificate)
  })

  test('PEM is read as DER is', async () => {
    const der = new Uint8Array(readFileSync(`${vectors}signed/detached.p7s`))
    const pem = `-----BEGIN PKCS7-----\n${new TextDecoder().decode(encodeBase64Lines(der))}\n-----END PKCS7-----\n`
    expect((await ranWith({ stdin: pem })('inspect')).printed).toMatch(annsCertificate)
  })

  test('--json', async () => {
    const { code, printed } = await ran('inspect', '--json', `${vectors}signed/opaque.eml`)
    expect(code).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({
      type: 'application/pkcs7-mime',
      transferEncoding: 'base64',
      defects: [],
      cms: {
        type: 'signedData',
        detached: false,
        signers: [{ serialNumber: '5a01000000000010', digest: 'SHA-256', signingTime: '2026-11-24T04:16:32.000Z' }],
        crls: 0,
      },
      parts: [{ type: 'multipart/mixed', parts: [{ type: 'text/plain' }, { type: 'text/csv' }] }],
    })
  })

  const keys = [
    {
      comment: 'a key that both sides have',
      options: ['-secretkey', '00'.repeat(32), '-secretkeyid', 'c0de'],
      says: 'for the key c0de, kek, AES-256-KW',
    },
    {
      comment: 'a password',
      options: ['-pwri_password', 'x'],
      says: 'for somebody without a name, password, 1.2.840.113549.1.9.16.3.9',
    },
    {
      comment: 'a key of a curve',
      options: ['EC'],
      says: 'for serial 7 of CN=Curve, keyAgree, dhSinglePass-stdDH-sha256kdf',
    },
  ]
  describe.skipIf(!needs('openssl'))('encrypted to', () => {
    const folder = mkdtempSync(join(tmpdir(), 'inspect-'))
    afterAll(() => rmSync(folder, { recursive: true }))
    const openssl = (...options: readonly string[]) => execFileSync('openssl', options, { stdio: 'pipe', cwd: folder })

    test.each(keys)('$comment', async ({ options, says }) => {
      writeFileSync(join(folder, 'content'), 'x')
      const out = ['-aes256', '-binary', '-in', 'content', '-outform', 'DER', '-out', 'sealed']
      if (options[0] === 'EC') {
        const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', 'key', '-out', 'cert']
        openssl('req', '-x509', ...key, '-subj', '/CN=Curve', '-set_serial', '7')
        openssl('cms', '-encrypt', ...out, '-recip', 'cert', '-keyopt', 'ecdh_kdf_md:sha256')
      } else openssl('cms', '-encrypt', ...out, ...options)
      const { code, printed } = await ran('inspect', join(folder, 'sealed'))
      expect([code, printed]).toEqual([0, expect.stringContaining(`    ${says}`)])
    })
  })
})

describe('direct-smime inspect', () => {
  const boundary = 'Content-Type: multipart/mixed; boundary=b'
  const whole = `${boundary}\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n`
  const pkcs7 = 'Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n'
  const cases = [
    { comment: 'a message', text: whole, code: 0, says: '  text/plain, 7bit, 1 octets\n' },
    {
      comment: 'one that was cut',
      text: whole.replace('--b--', ''),
      code: 1,
      says: 'damaged: missing-close-delimiter',
    },
    {
      comment: 'S/MIME of a type that is not looked into',
      text: `${pkcs7}MA8GCSqGSIb3DQEHAaACBAA=`,
      code: 0,
      says: 'CMS of the type 1.2.840.113549.1.7.1',
    },
    { comment: 'S/MIME that is none', text: `${pkcs7}AAAA`, code: 1, says: 'damaged: malformed ContentInfo' },
    {
      comment: 'S/MIME that was cut',
      text: `${pkcs7}MA8GCSqGSIb3DQEHAaACBA==`,
      code: 1,
      says: 'damaged: malformed ContentInfo',
    },
    {
      comment: 'a message in a message',
      text: `Content-Type: message/rfc822\r\n\r\n${whole}`,
      code: 0,
      says: '  multipart/mixed, 7bit, ',
    },
    {
      comment: 'what a terminal would obey',
      text: 'Content-Transfer-Encoding: \u001b[2J\u202e\r\n\r\n',
      code: 0,
      says: 'text/plain, ?[2j?, 0 octets\n',
    },
  ]
  test.each(cases)('$comment: exit code $code', async ({ text, code, says }) => {
    const answer = await ranWith({ stdin: text })('inspect')
    expect([answer.code, answer.printed]).toEqual([code, expect.stringContaining(says)])
  })

  test('compressed content is looked into', async () => {
    const cms = await buildCompressedData(new TextEncoder().encode(whole))
    const { code, printed } = await ranWith({ stdin: cms })('inspect')
    expect(code).toBe(0)
    expect(printed).toContain('  compressedData\n  multipart/mixed, 7bit, ')
  })

  test('no subject, address, file name or text is shown', async () => {
    const secret = 'Miller'
    const text = [
      `Subject: ${secret}`,
      `From: ${secret}@direct.clinic.example`,
      `Content-Type: multipart/mixed; boundary=${secret}`,
      '',
      secret,
      `--${secret}`,
      `Content-Type: application/pdf; name=${secret}.pdf`,
      `Content-Disposition: attachment; filename=${secret}.pdf`,
      '',
      secret,
      `--${secret}--`,
    ].join('\r\n')
    const shown = await Promise.all([[], ['--json']].map((words) => ranWith({ stdin: text })('inspect', ...words)))
    expect(shown.map(({ code }) => code)).toEqual([0, 0])
    expect(shown.map(({ printed }) => printed).join('')).not.toContain(secret)
  })
})
