import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, decodeLatin1, encodeLatin1, equal } from '../../src/bytes/index.js'
import {
  canonicalEntity,
  canonicalLines,
  decodeBody,
  type Entity,
  MimeError,
  parseEntity,
  serializeEntity,
  unwrapMessage,
} from '../../src/mime/index.js'

const unlimited = { maxDepth: Number.POSITIVE_INFINITY, maxParts: Number.POSITIVE_INFINITY }

/** Pieces of which messages are made, the wrong ones among them. */
const piece = fc.constantFrom(
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\n\n',
  '--a',
  '--a\r\n',
  '\r\n--a\r\n',
  '\n--a\n',
  '\r\n--a--\r\n',
  '\n--b\n',
  '--b\r\n\r\n',
  '\n--b--\n',
  '--b--',
  '--ab\n',
  '--a \t\n',
  '\r--a\r',
  'Content-Type: multipart/mixed; boundary=a\r\n\r\n',
  'Content-Type: multipart/signed; boundary=b\n\n',
  'Content-Type: multipart/alternative; boundary="a"\n',
  'Content-Type: multipart/digest; boundary=b\r\n\r\n',
  'Content-Type: multipart/mixed; boundary="\u00e4"\n\n--\u00e4\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogMQ0KDQotLWEK\n',
  'Content-Type: text/plain; charset=utf-8\n',
  'Content-Type: text/plain; name="\u00fc\u00fc.txt"\r\n\r\n',
  'Content-Type: application/octet-stream\n\n',
  'Content-Transfer-Encoding: base64\r\n\r\n',
  'Content-Transfer-Encoding: quoted-printable\n\n',
  'Content-Transfer-Encoding: 8bit\n',
  'Content-Transfer-Encoding: binary\r\n\r\n',
  'Subject: hi\u00e4\r\n',
  'To: "\u00e9" <e@clinic.example>\n',
  'A: b\rBcc: c\n',
  ' folded\r\n',
  'no field\n',
  'From x\n',
  '\u00ef\u00bb\u00bf',
  'SGVsbG8=',
  '=C3=A4 =\n',
  '\u00e4\u00f6\0',
  '=ybegin line=128 size=5 name=a.bin\r\n',
  ' ',
  'x',
  'y'.repeat(1100),
)

const generated = fc.array(piece, { maxLength: 14 }).map((pieces) => encodeLatin1(pieces.join('')))

const wellFormed = encodeLatin1(
  'From: a@clinic.example\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\npreamble\r\n--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\ntext \u00e4\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\n--b--\r\n\r\n--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: \u00fc\r\n\r\ninner\r\n--a--\r\nepilogue\r\n',
)

/** A message that is right, save for a few octets that are gone, doubled or another. */
const mutated = fc
  .array(
    fc.tuple(
      fc.nat(wellFormed.length - 1),
      fc.nat(20),
      fc.constantFrom('', '\n', '\r', '-', '\0', '\u00ff', '--a\r\n'),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((changes) =>
    changes.reduce<Uint8Array>(
      (bytes, [at, length, put]) => concat([bytes.subarray(0, at), encodeLatin1(put), bytes.subarray(at + length)]),
      wellFormed,
    ),
  )

const messages = fc.oneof(generated, mutated)
const seed = 20261125

/** The content of every leaf; of messages inside, of their leaves. */
function contentsOf(entity: Entity): readonly Uint8Array[] {
  if (entity.preamble !== undefined) return entity.parts.flatMap(contentsOf)
  const message = unwrapMessage(entity)
  if (message) return contentsOf(parseEntity(message))
  const content = decodeBody(entity)
  const isText = ['text', 'message', 'multipart'].includes(entity.contentType.type)
  return [isText && !content.includes(0) ? canonicalLines(content) : content]
}

/** Messages in lines of another kind are read alike by a reader of their own kind alone. */
function isSigned(entity: Entity): boolean {
  const { type, subtype } = entity.contentType
  const message = unwrapMessage(entity)
  return (
    (type === 'multipart' && subtype === 'signed') ||
    entity.parts.some(isSigned) ||
    (message !== undefined && isSigned(parseEntity(message)))
  )
}

describe('messages that are generated and mutated', () => {
  test('parse then serialize gives the same octets, for 100,000 of them', () => {
    fc.assert(
      fc.property(messages, (source) => equal(serializeEntity(parseEntity(source, unlimited)), source)),
      { numRuns: 100_000, seed },
    )
  }, 120_000)

  test('what was read until a limit gives the same octets too, and says that it was cut', () => {
    const limits = { maxDepth: 1, maxParts: 2, maxFields: 2, maxHeaderBytes: 90, maxLineBytes: 80 }
    let cut = 0
    fc.assert(
      fc.property(messages, (source) => {
        try {
          parseEntity(source, limits)
        } catch (error) {
          if (!(error instanceof MimeError) || !error.entity) throw error
          cut++
          expect(error.entity.defects).toContain('limit-exceeded')
          expect(equal(serializeEntity(error.entity), source)).toBe(true)
        }
      }),
      { numRuns: 10_000, seed },
    )
    expect(cut).toBeGreaterThan(1000)
  })

  test('made safe to sign, every message keeps its content, and stays as it is from then on', () => {
    fc.assert(
      fc.property(messages, (source) => {
        const entity = parseEntity(source)
        const canonical = canonicalEntity(entity)
        for (const line of decodeLatin1(canonical).split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(998)
          expect(line).toMatch(/^[\x01-\t\v\f\x0e-\x7f]*$/)
        }
        const again = parseEntity(canonical)
        expect(equal(canonicalEntity(again), canonical)).toBe(true)
        expect(again.header.fields.length).toBeLessThanOrEqual(entity.header.fields.length + 1)
        if (!isSigned(entity)) expect(contentsOf(again)).toEqual(contentsOf(entity))
      }),
      { numRuns: 10_000, seed },
    )
  }, 60_000)
})
