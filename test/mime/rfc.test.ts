import { describe, expect, test } from 'vitest'
import { decodeUtf8, encodeBase64, encodeUtf8 } from '../../src/bytes/index.js'
import {
  decodeWords,
  parseAddresses,
  parseContentDisposition,
  parseContentType,
  parseDate,
  parseHeader,
  parseMessageIds,
} from '../../src/mime/index.js'
import { parseDisposition } from '../../src/notification/index.js'
import addresses from '../../vectors/rfc/addresses.json' with { type: 'json' }
import base64 from '../../vectors/rfc/base64.json' with { type: 'json' }
import dates from '../../vectors/rfc/dates.json' with { type: 'json' }
import dispositions from '../../vectors/rfc/dispositions.json' with { type: 'json' }
import encodedWords from '../../vectors/rfc/encoded-words.json' with { type: 'json' }
import headers from '../../vectors/rfc/headers.json' with { type: 'json' }
import messageIds from '../../vectors/rfc/message-ids.json' with { type: 'json' }
import parameters from '../../vectors/rfc/parameters.json' with { type: 'json' }

describe('values that RFCs print', () => {
  test.each(base64)('$source: $comment', ({ input, expected }) => {
    expect(encodeBase64(encodeUtf8(input))).toBe(expected)
  })

  test.each(encodedWords)('$source: $comment', ({ input, expected }) => {
    expect(decodeWords(input.replace(/\r\n/g, ''))).toBe(expected)
  })

  test.each(parameters)('$source: $comment', ({ field, input, expected }) => {
    const parsed = (field === 'Content-Disposition' ? parseContentDisposition : parseContentType)(
      input.replace(/\r\n/g, ''),
    )
    expect(parsed?.parameters).toEqual(expected.parameters)
  })

  // A group is read as its members.
  test.each(addresses)('$source: $comment', ({ input, expected }) => {
    const mailboxes = expected.flatMap((one) => ('members' in one ? one.members : one))
    expect(parseAddresses(input.replace(/\r\n/g, ''))).toEqual(mailboxes)
  })

  test.each(dates)('$source: $comment', ({ input, expected }) => {
    expect(parseDate(input.replace(/\r\n/g, ''))).toBe(Date.parse(expected))
  })

  test.each(messageIds)('$source: $comment', ({ input, expected }) => {
    expect(parseMessageIds(input.replace(/\r\n/g, ''))).toEqual(expected)
  })

  test.each(headers)('$source: $comment', ({ input, expected }) => {
    const { header } = parseHeader(encodeUtf8(input))
    expect(header.fields.map(({ name, body }) => [name, body])).toEqual(expected)
    expect(decodeUtf8(header.bytes)).toBe(input.slice(0, input.length - 2))
  })

  const fields = dispositions.filter(({ field }) => field === 'Disposition')
  test.each(fields)('$source: $comment', ({ input, expected }) => {
    expect(parseDisposition(input)).toMatchObject(expected)
  })
})
