import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, decodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import { buildQuery, DnsError, frame, parseMessage, serializeMessage, Unframer } from '../../src/dns/index.js'
import { codeOf } from '../helpers/codes.js'
import { anyMessage } from './fixtures.js'

const message = (hex: string) => decodeHex(hex.replace(/\s+/g, ''))
const header = '0001 8180 0001 0001 0000 0000'

describe('messages (RFC 1035 §4)', () => {
  test('what is written is read again', () => {
    fc.assert(
      fc.property(anyMessage, (each) => {
        expect(parseMessage(serializeMessage(each))).toEqual(each)
      }),
    )
  })

  test('the name of RFC 1035 §4.1.4, with its pointers', () => {
    // F.ISI.ARPA at 12, FOO.F.ISI.ARPA and ARPA by pointers to it, and the root.
    const names = '01 46 03 495349 04 41525041 00 | 03 464f4f c00c | c012 | 00'.split('|')
    const records = names.slice(1).map((name) => `${name} 0001 0001 00000000 0004 c0000201`)
    const bytes = message(`0001 8180 0001 0003 0000 0000 ${names[0]} 0001 0001 ${records.join(' ')}`)
    const { questions, answers } = parseMessage(bytes)
    expect([questions[0]?.name, ...answers.map(({ name }) => name)]).toEqual([
      'F.ISI.ARPA',
      'FOO.F.ISI.ARPA',
      'ARPA',
      '',
    ])
  })

  test('a question with EDNS (RFC 6891): octet for octet', () => {
    const question = { name: 'ann.clinic.example', type: 'CERT' } as const
    const name = '03 616e6e 06 636c696e6963 07 6578616d706c65 00'
    expect(buildQuery({ id: 0x1234, question })).toEqual(
      message(`1234 0100 0001 0000 0000 0001 ${name} 0025 0001 00 0029 04d0 00 00 0000 0000`),
    )
  })

  test.each([
    { comment: 'a dot in a label', name: 'a\\.b.example', octets: '03 612e62 07 6578616d706c65 00' },
    { comment: 'octets in figures', name: '\\000\\255.x', octets: '02 00ff 01 78 00' },
    { comment: 'a final dot', name: 'x.', octets: '01 78 00', read: 'x' },
    { comment: 'the root', name: '.', octets: '00', read: '' },
  ])('names: $comment', ({ name, octets, read = name }) => {
    const bytes = buildQuery({ id: 1, question: { name, type: 1 } })
    expect(bytes.subarray(12, 12 + message(octets).length)).toEqual(message(octets))
    expect(parseMessage(bytes).questions[0]?.name).toBe(read)
  })

  test.each([
    ['a label of 63', 'a'.repeat(63), undefined],
    ['a label of 64', 'a'.repeat(64), 'ERR_DNS_NAME'],
    ['a name of 255', `${'a'.repeat(63)}.`.repeat(3) + 'b'.repeat(61), undefined],
    ['a name of 256', `${'a'.repeat(63)}.`.repeat(3) + 'b'.repeat(62), 'ERR_DNS_NAME'],
    ['an empty label', 'a..b', 'ERR_DNS_NAME'],
    ['a backslash at the end', 'a\\', 'ERR_DNS_NAME'],
    ['a number beyond an octet', '\\256', 'ERR_DNS_NAME'],
    ['a letter beyond ASCII', 'ä.example', 'ERR_DNS_NAME'],
  ])('names that are written or not: %s', (_, name, code) => {
    expect(codeOf(() => buildQuery({ id: 1, question: { name, type: 'A' } }))).toBe(code)
  })

  const question = '01 61 00 0001 0001'
  const record = (name: string) => `${name} 0001 0001 0000003c 0004 c0000201`
  test.each([
    { comment: 'an answer', hex: `${header} ${question} ${record('c00c')}`, good: true },
    { comment: 'a pointer to itself', hex: `${header} ${question} ${record('c013')}`, good: false },
    { comment: 'a pointer forward', hex: `${header} ${question} ${record('c0ff')}`, good: false },
    { comment: 'a label of a kind that is not known', hex: `${header} ${question} ${record('41 00')}`, good: false },
    { comment: 'octets behind the end', hex: `${header} ${question} ${record('c00c')} 00`, good: false },
    {
      comment: 'data longer than their type',
      hex: `${header} ${question} c00c 0001 0001 0000003c 0005 c000020100`,
      good: false,
    },
    { comment: 'data shorter', hex: `${header} ${question} c00c 0001 0001 0000003c 0003 c00002`, good: false },
    {
      comment: 'a record of another class',
      hex: `${header} ${question} c00c 0001 0003 0000003c 0004 c0000201`,
      good: false,
    },
    { comment: 'a question of another class', hex: `${header} 01 61 00 0001 0003 ${record('c00c')}`, good: false },
    { comment: 'cut off', hex: `${header} ${question} c00c 0001 0001 0000003c 0004 c000`, good: false },
    { comment: 'sixty thousand records that are not there', hex: '0001 8180 0001 ea60 0000 0000', good: false },
  ])('$comment', ({ hex, good }) => {
    expect(codeOf(() => parseMessage(message(hex)))).toBe(good ? undefined : 'ERR_DNS_MALFORMED')
  })

  test('pointers that lead back and back do not make a short message long', () => {
    // Each name is one label and a pointer to the one before: the last has as many labels as 255 octets hold, no more.
    const parts = Array.from(
      { length: 127 },
      (_, index) => `01 61 ${index === 0 ? '00' : (0xc000 + 12 + 4 * (index - 1) - 1).toString(16)}`,
    )
    expect(codeOf(() => parseMessage(message(`0001 8180 0001 0000 0000 0000 ${parts.at(-1)} 0001 0001`)))).toBe(
      'ERR_DNS_MALFORMED',
    )
  })

  test.each([
    ['127', 127, undefined],
    ['128', 128, 'ERR_DNS_MALFORMED'],
  ])('a name by %s pointers, each to the one before', (_, count, code) => {
    // In the data of a record of an unknown type stand the root, and pointers; the owner of the next points to the last.
    const pointer = (index: number) => (0xc000 + 12 + 11 + (index === 0 ? 0 : 1 + 2 * (index - 1))).toString(16)
    const chain = Array.from({ length: count - 1 }, (_, index) => pointer(index)).join(' ')
    const length = (1 + 2 * (count - 1)).toString(16).padStart(4, '0')
    const holder = `00 ff00 0001 00000000 ${length} 00 ${chain}`
    const bytes = message(`0001 8180 0000 0002 0000 0000 ${holder} ${record(pointer(count - 1))}`)
    expect(codeOf(() => parseMessage(bytes))).toBe(code)
  })

  test.each([
    ['65,535', 65_535, undefined],
    ['65,536', 65_536, 'ERR_DNS_MALFORMED'],
  ])('a message of %s octets', (_, length, code) => {
    const empty = parseMessage(buildQuery({ id: 1, question: { name: '', type: 'CERT' } }))
    const cert = { name: '', ttl: 0, type: 'CERT', certificateType: 1, keyTag: 0, algorithm: 0 } as const
    const data = new Uint8Array(length - 12 - 5 - 11 - 5)
    const write = () => serializeMessage({ ...empty, answers: [{ ...cert, data }], additionals: [] })
    expect(codeOf(write)).toBe(code)
    if (!code) expect(parseMessage(write()).answers).toEqual([{ ...cert, data }])
  })

  test('any octets are read or refused, and nothing else is thrown', () => {
    const damaged = fc
      .tuple(anyMessage, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }))
      .map(([each, changes]) => {
        const bytes = serializeMessage(each)
        for (const [at, octet] of changes) bytes[at % bytes.length] = octet
        return bytes
      })
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 500 })), (bytes) => {
        try {
          parseMessage(bytes)
        } catch (error) {
          if (!(error instanceof DnsError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('messages over TCP (RFC 1035 §4.2.2)', () => {
  test('in whatever pieces they come', () => {
    const messages = ['first', '', 'third'].map(encodeUtf8)
    const stream = concat(messages.map(frame))
    for (const size of [1, 2, 3, 7, 100]) {
      const unframer = new Unframer()
      const got: Uint8Array[] = []
      for (let at = 0; at < stream.length; at += size) got.push(...unframer.push(stream.subarray(at, at + size)))
      expect(got).toEqual(messages)
    }
  })
})
