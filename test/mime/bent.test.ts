import { describe, expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import {
  type Entity,
  MimeError,
  type MimeLimits,
  parseEntity,
  readContent,
  serializeEntity,
} from '../../src/mime/index.js'

const read = (text: string) => parseEntity(encodeUtf8(text))
const bodies = ({ parts }: Entity) => parts.map(({ body }) => decodeUtf8(body))
const head = 'Content-Type: multipart/mixed; boundary=b\n\n'

describe('what is bent to read a message, by name', () => {
  const cases = [
    { comment: 'a multipart without parts', text: `${head}--b--\n`, parts: [], defects: ['no-parts'] },
    {
      comment: 'a boundary that never occurs',
      text: `${head}x\n`,
      parts: [],
      defects: ['no-parts', 'missing-close-delimiter'],
    },
    {
      comment: 'two types, of which the first counts',
      text: `Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n\nx\n--b--`,
      parts: ['x'],
      defects: ['duplicate-field'],
    },
    {
      comment: 'a boundary with white space at its end',
      text: 'Content-Type: multipart/mixed; boundary="b  "\n\n--b  \n\nx\n--b  --\n--b\n',
      parts: ['x'],
      defects: [],
    },
    {
      comment: 'a boundary beyond ASCII, whose last octet some call white space',
      text: 'Content-Type: multipart/mixed; boundary="bà"\n\n--bà\n\nx\n--bà--\n--bà\n',
      parts: ['x'],
      defects: [],
    },
    {
      comment: 'a boundary that begins like another',
      text: `${head}--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\nx\n--bb--\n--b--`,
      parts: ['--bb\n\nx\n--bb--'],
      defects: [],
    },
    {
      comment: 'a blank line that was forgotten',
      text: 'A: b\nHello Bob,\n\nmore',
      parts: [],
      defects: ['missing-blank-line'],
    },
    {
      comment: 'lines that end in CR alone',
      text: `${head}--b\n\nx\n--b--\n`.replaceAll('\n', '\r'),
      parts: ['x'],
      defects: [],
    },
  ]
  test.each(cases)('$comment', ({ text, parts, defects }) => {
    const entity = read(text)
    expect(bodies(entity)).toEqual(parts)
    expect(entity.defects).toEqual(defects)
    expect(decodeUtf8(serializeEntity(entity))).toBe(text)
  })

  test('a boundary that is open already belongs to the outer multipart', () => {
    const entity = read(`${head}--b\n${head}--b\n\nx\n--b--\n`)
    expect(entity.parts.map(({ defects }) => defects)).toEqual([
      ['boundary-in-use', 'no-parts', 'missing-close-delimiter'],
      [],
    ])
  })

  test('nothing of a text is lost without its blank line', async () => {
    expect((await readContent(read('A: b\nHello Bob,\nPS: soon\nsee you\n\nmore'))).text).toBe(
      'Hello Bob,\nPS: soon\nsee you\n\nmore',
    )
  })
})

describe('what was read until a limit', () => {
  const cases: readonly { comment: string; limits: Partial<MimeLimits>; code: string; parts: number }[] = [
    { comment: 'parts', limits: { maxParts: 1 }, code: 'ERR_MIME_TOO_MANY_PARTS', parts: 1 },
    { comment: 'depth', limits: { maxDepth: 1 }, code: 'ERR_MIME_TOO_DEEP', parts: 2 },
    { comment: 'a line', limits: { maxLineBytes: 60 }, code: 'ERR_MIME_LINE_TOO_LONG', parts: 1 },
    { comment: 'a header', limits: { maxHeaderBytes: 45 }, code: 'ERR_MIME_HEADER_TOO_LARGE', parts: 2 },
  ]
  const text = `${head}--b\n\n${'x'.repeat(70)}\n--b\nContent-Type: multipart/mixed; boundary=inside\n\n--inside\n\ny\n--inside--\n--b--\n`
  test.each(cases)('$comment: the error has it, whole, and marked', ({ limits, code, parts }) => {
    let caught: unknown
    try {
      parseEntity(encodeUtf8(text), limits)
    } catch (error) {
      caught = error
    }
    if (!(caught instanceof MimeError)) throw new Error('no limit was met')
    expect(caught.code).toBe(code)
    expect(caught.entity?.parts).toHaveLength(parts)
    expect(caught.entity?.defects).toContain('limit-exceeded')
    expect(decodeUtf8(serializeEntity(caught.entity!))).toBe(text)
    expect(Object.keys(caught)).not.toContain('entity')
    expect(() => parseEntity(encodeUtf8(text))).not.toThrow()
  })
})
