import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { buildMessage, type MessageDraft, parseEntity, readContent, type SizedStream } from '../../src/mime/index.js'

const draft: MessageDraft = { from: 'ann@clinic.example', messageId: '<1@clinic.example>', date: 0 }
const octets = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31) >>> 3)
const build = (content: SizedStream, type = 'application/pdf') =>
  buildMessage({ ...draft, attachments: [{ type, content }] })

/** Octets in pieces of one length, as many as it says or not. */
const inPieces = (bytes: Uint8Array, length: number, size = bytes.length, ended = () => {}): SizedStream => ({
  size,
  async *stream() {
    try {
      for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
    } finally {
      ended()
    }
  },
})

describe('attachments that come in pieces', () => {
  test.each([1000, 57, 58, 65_536, 200_000])(
    'pieces of %i octets give the message that the whole gives',
    async (length) => {
      const whole = await buildMessage({ ...draft, attachments: [{ type: 'application/pdf', content: octets }] })
      expect(await build(inPieces(octets, length))).toEqual(whole)
    },
  )

  test('a Blob is one as it is, and nothing at all is too', async () => {
    const attached = async (content: SizedStream) =>
      (await readContent(parseEntity(await build(content)))).attachments[0]?.content
    expect(await attached(new Blob([octets]))).toEqual(octets)
    expect(await attached(new Blob([]))).toEqual(new Uint8Array(0))
  })

  test('a message is collected, for it is not encoded', async () => {
    const message = encodeUtf8('Subject: a\r\n\r\nx')
    const bytes = await build(inPieces(message, 5), 'message/rfc822')
    expect(parseEntity(bytes).parts[0]?.body).toEqual(message)
  })

  const wrong = [
    { comment: 'more octets than it says', size: 999 },
    { comment: 'fewer octets than it says', size: 1001 },
    { comment: 'no size', size: Number.NaN },
    { comment: 'a negative size', size: -1 },
  ]
  test.each(wrong)('$comment: refused, in any type', async ({ size }) => {
    const bytes = octets.subarray(0, 1000)
    for (const type of ['application/pdf', 'message/rfc822']) {
      await expect(build(inPieces(bytes, 300, size), type)).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_MIME_SIZE' }),
      )
      expect(await build(inPieces(bytes, 300), type)).toBeDefined()
    }
  })

  test('a stream that gives too much is ended', async () => {
    let ended = false
    const stream = inPieces(octets, 1000, 10, () => {
      ended = true
    })
    await expect(build(stream)).rejects.toThrow(expect.objectContaining({ code: 'ERR_MIME_SIZE' }))
    expect(ended).toBe(true)
  })

  test('what the stream throws is passed on', async () => {
    const fault = new Error('the disk is gone')
    const stream = (): ReadableStream<Uint8Array> =>
      new ReadableStream({ pull: (controller) => controller.error(fault) })
    await expect(build({ size: 1, stream })).rejects.toBe(fault)
  })
})
