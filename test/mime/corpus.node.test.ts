import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { concat, decodeLatin1, equal } from '../../src/bytes/index.js'
import { canonicalLines, type Entity, parseEntity, readContent, serializeEntity } from '../../src/mime/index.js'
import { borrowed } from '../helpers/borrowed.node.js'

const folders = [
  'direct-ri/files/messages',
  'direct-ri/files/wrapped',
  'direct-ri/files/mime',
  'direct-ri/files/mdn',
  'direct-ri/files/dsn',
  'direct-ri/files/java-ri-8.1.0',
  'direct-ri/files/negative',
  'stalwart-mail-parser/files',
  'mime4j-testmsgs/files',
  'python-email-data/files',
  'thunderbird-mime/files',
  'enmime-testdata/files',
  'ruby-mail-fixtures/files',
]

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesIn(path) : [path]
  })
}

/** Header, blank line and body make the entity; what lies between its parts is nothing but delimiter lines. */
function checkTiles(entity: Entity): void {
  const { source, span, bytes, header, body, parts, preamble, epilogue, contentType } = entity
  expect(equal(bytes, source.subarray(span.start, span.end))).toBe(true)
  expect(equal(body, source.subarray(span.bodyStart, span.end))).toBe(true)
  const headerEnd = span.start + header.bytes.length
  expect(equal(header.bytes, source.subarray(span.start, headerEnd))).toBe(true)
  expect(decodeLatin1(source.subarray(headerEnd, span.bodyStart))).toMatch(/^(\r?\n|\r)?$/)
  if (preamble === undefined || epilogue === undefined) return
  const pieces = [preamble, ...parts.map((part) => part.bytes), epilogue]
  const gaps: Uint8Array[] = []
  let at = span.bodyStart
  for (const piece of pieces) {
    const start = piece.byteOffset - source.byteOffset
    expect(start).toBeGreaterThanOrEqual(at)
    gaps.push(source.subarray(at, start))
    at = start + piece.length
  }
  expect(at).toBe(span.end)
  const tiles = pieces.flatMap((piece, index) => [gaps[index]!, piece])
  expect(equal(concat(tiles), body)).toBe(true)
  const boundary = contentType.parameters.boundary!.trimEnd()
  for (const gap of gaps) {
    const line = decodeLatin1(gap)
      .trim()
      .replace(/\s+--$/, '--')
    expect(['', `--${boundary}`, `--${boundary}--`]).toContain(line)
  }
  for (const part of parts) checkTiles(part)
}

describe.skipIf(!borrowed)('mail found in the wild', () => {
  test.each(folders)('%s: every file is read, and what was read makes the file again', async (folder) => {
    const files = filesIn(join(borrowed!, folder))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const source = new Uint8Array(readFileSync(file))
      for (const bytes of [source, canonicalLines(source)]) {
        try {
          const entity = parseEntity(bytes)
          checkTiles(entity)
          expect(equal(serializeEntity(entity), bytes)).toBe(true)
          await readContent(entity)
        } catch (error) {
          throw new Error(`in ${file}`, { cause: error })
        }
      }
    }
  })

  test('the quirks of the reference implementations do not cost a header', () => {
    const read = (name: string) => parseEntity(new Uint8Array(readFileSync(join(borrowed!, 'direct-ri/files', name))))
    const blank = read('messages/EncryptedMessage-leading-space-header.txt')
    expect(blank.contentType).toMatchObject({ type: 'application', subtype: 'x-pkcs7-mime' })
    expect(blank.header.fields[0]?.name).toBe('Received')
    const marked = read('wrapped/Wrapped_Base64.eml')
    expect(marked.contentType).toMatchObject({ type: 'message', subtype: 'rfc822' })
    expect(marked.header.fields[0]?.name).toBe('X-Sender')
  })
})
