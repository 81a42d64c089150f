import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { decodePem, encodePem } from '../../src/keys/index.js'

describe('PEM (RFC 7468)', () => {
  test('what is written is read again', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), (blocks) => {
        const text = blocks.map((bytes) => encodePem('CERTIFICATE', bytes)).join('')
        expect(decodePem(text).map(({ bytes }) => bytes)).toEqual(blocks.map((bytes) => Uint8Array.from(bytes)))
        expect(decodePem(encodeUtf8(text))).toEqual(decodePem(text))
      }),
    )
  })

  test('is written in lines of 64 characters', () => {
    const lines = encodePem('PRIVATE KEY', new Uint8Array(50)).split('\n')
    expect(lines).toEqual(['-----BEGIN PRIVATE KEY-----', 'A'.repeat(64), 'AAA=', '-----END PRIVATE KEY-----', ''])
  })

  const block = (body: string, label = 'CERTIFICATE') => `-----BEGIN ${label}-----${body}-----END ${label}-----`
  const readable = [
    { comment: 'no block', text: 'nothing of the kind', labels: [] },
    { comment: 'CRLF', text: block('\r\nAQID\r\n'), labels: ['CERTIFICATE'] },
    { comment: 'everything on one line, as in an environment variable', text: block('AQID'), labels: ['CERTIFICATE'] },
    { comment: 'text around', text: `Bag Attributes: 1\n${block('\nAQID\n')}\nand more`, labels: ['CERTIFICATE'] },
    { comment: 'several', text: `${block('AQID')}\n${block('AQID', 'X509 CRL')}`, labels: ['CERTIFICATE', 'X509 CRL'] },
    { comment: 'headers', text: block('\nA: b\nC: d\n\nAQID\n'), labels: ['CERTIFICATE'], headers: ['A: b', 'C: d'] },
    {
      comment: 'headers with CRLF',
      text: block('\r\nA: b\r\n\r\nAQID\r\n'),
      labels: ['CERTIFICATE'],
      headers: ['A: b'],
    },
  ]
  test.each(readable)('reads $comment', ({ text, labels, headers = [] }) => {
    const blocks = decodePem(text)
    expect(blocks.map(({ label }) => label)).toEqual(labels)
    for (const { bytes } of blocks) expect(bytes).toEqual(Uint8Array.of(1, 2, 3))
    expect(blocks.flatMap((each) => each.headers)).toEqual(headers)
  })

  const broken = [
    { comment: 'a block without its end', text: '-----BEGIN CERTIFICATE-----\nAQID\n' },
    { comment: 'another label at the end', text: '-----BEGIN CERTIFICATE-----AQID-----END X-----' },
    {
      comment: 'a block inside a block',
      text: '-----BEGIN A-----\nAQID\n-----BEGIN B-----AQID-----END B----------END A-----',
    },
    { comment: 'a label without an end', text: `-----BEGIN ${'A'.repeat(100)}` },
    { comment: 'no base64 inside', text: block('\nAQ!D\n') },
    { comment: 'headers that no empty line ends', text: block('\nA: b\nAQID\n') },
    { comment: 'too many blocks', text: '-----BEGIN A----------END A-----'.repeat(10_001) },
  ]
  test.each(broken)('refuses $comment', ({ text }) => {
    expect(() => decodePem(text)).toThrow(expect.objectContaining({ code: 'ERR_KEYS_MALFORMED' }))
  })

  test('ten thousand blocks are read', () => {
    expect(decodePem('-----BEGIN A----------END A-----'.repeat(10_000))).toHaveLength(10_000)
  })

  test('a hostile text costs linear time', () => {
    const text = `${block('A: '.repeat(1_000_000))}${'-----BEGIN '.repeat(300_000)}`
    expect(() => decodePem(text)).toThrow(expect.objectContaining({ code: 'ERR_KEYS_MALFORMED' }))
    expect(() => decodePem(block(`\nA: b${'\n \t '.repeat(5)}${'\n\t'.repeat(1_000_000)}x`))).toThrow()
    expect(() => decodePem(block(`:${' \t'.repeat(2_000_000)}x`))).toThrow()
  }, 3000)
})
