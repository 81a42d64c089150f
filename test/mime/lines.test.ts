import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeLatin1, encodeLatin1 } from '../../src/bytes/index.js'
import { buildPart, canonicalLines, fieldBody, parseEntity, wrapMessage } from '../../src/mime/index.js'

/** Line ends, blanks, NUL, octets beyond ASCII and their neighbours between runs of letters, as a view at any offset. */
const notable = fc.constantFrom('\r\n', '\n', '\r', '\t', ' ', '\0', '\x1f', '\x7f', '\x80', 'ÿ')
const run = fc.nat(40).map((length) => 'a'.repeat(length))
const view = fc.tuple(fc.array(fc.oneof(notable, run)), fc.nat(7), fc.nat(3)).map(([pieces, before, behind]) => {
  const text = pieces.join('')
  const memory = encodeLatin1(`${'\n'.repeat(before)}${text}${'\n'.repeat(behind)}`)
  return { text, bytes: memory.subarray(before, before + text.length) }
})

const canonical = (text: string) => text.replace(/\r\n|\r|\n/g, '\r\n')

function encodingOf(text: string): string {
  if (text.split('\r\n').some((line) => line.length > 998)) return 'binary'
  return /[\0\x80-\xff]/.test(text) ? '8bit' : '7bit'
}

describe('line ends (RFC 8551 §3.1.1)', () => {
  test('every bare CR or LF becomes CRLF, and canonical bytes stay the same array', () => {
    fc.assert(
      fc.property(view, ({ text, bytes }) => {
        const result = canonicalLines(bytes)
        expect(decodeLatin1(result)).toBe(canonical(text))
        expect(result === bytes).toBe(canonical(text) === text)
      }),
      { numRuns: 1000 },
    )
  })

  test('a wrapped message is called what its lines are', () => {
    const long = fc.constantFrom('', 'a'.repeat(998), 'a'.repeat(999), `${'a'.repeat(997)}\xff`)
    fc.assert(
      fc.property(view, long, ({ bytes }, tail) => {
        const message = encodeLatin1(decodeLatin1(bytes) + tail)
        const expected = canonical(decodeLatin1(message))
        const entity = parseEntity(wrapMessage(message))
        expect(decodeLatin1(entity.body)).toBe(expected)
        expect(fieldBody(entity.header, 'Content-Transfer-Encoding')).toBe(encodingOf(expected))
      }),
      { numRuns: 1000 },
    )
  })

  test('what is odd about one line among many of its length is seen', () => {
    const lines = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 9 }), fc.nat(3))
    const odd = fc.constantFrom('', ' ', '\t', '\0', '\x1f', '\x7f', '\x80', 'From ', 'From', 'F')
    fc.assert(
      fc.property(lines, odd, fc.nat(900), ([width, count, before], odd, place) => {
        const plain = `${'a'.repeat(width)}\r\n`.repeat(count)
        const at = place % plain.length
        const text = plain.slice(0, at) + odd + plain.slice(at + odd.length)
        const content = encodeLatin1('-'.repeat(before) + text).subarray(before)
        const entity = parseEntity(buildPart({ contentType: 'text/plain', content }))
        const isSafe = encodingOf(text) === '7bit' && !/(?<!\r)\n|\r(?!\n)|[ \t](\r\n|$)|(^|\r\n)From /.test(text)
        expect(entity.transferEncoding === '7bit').toBe(isSafe)
      }),
      { numRuns: 3000 },
    )
  })
})
