import { parseXml, XmlElement } from '@rgrove/parse-xml'
import { describe, expect, test } from 'vitest'
import { decodeUtf8 } from '../../src/bytes/index.js'
import { MimeError } from '../../src/mime/index.js'
import { buildMessageDisposition, type MessageDispositionDraft } from '../../src/notification/index.js'

const failure = {
  recipient: 'bob@direct.hospital.example',
  disposition: 'failure',
  reasonForFailure: 'There is no such mailbox.',
} as const

/** Names and texts of the elements, as an XML parser of others reads them. */
function elementsOf(draft: MessageDispositionDraft) {
  const { root } = parseXml(decodeUtf8(buildMessageDisposition(draft)))
  const children = (root?.children ?? []).filter((child) => child instanceof XmlElement)
  return { root: root?.name, attributes: root?.attributes, fields: children.map(({ name, text }) => [name, text]) }
}

describe('what an XDR edge is told (DN-40)', () => {
  test('a failure, whole', () => {
    expect(elementsOf(failure)).toEqual({
      root: 'direct:messageDisposition',
      attributes: { 'xmlns:direct': 'urn:direct:addressing' },
      fields: [
        ['direct:recipient', 'bob@direct.hospital.example'],
        ['direct:disposition', 'failure'],
        ['direct:reasonForFailure', 'There is no such mailbox.'],
      ],
    })
  })

  test('success has no reason', () => {
    expect(elementsOf({ recipient: failure.recipient, disposition: 'success' }).fields).toEqual([
      ['direct:recipient', 'bob@direct.hospital.example'],
      ['direct:disposition', 'success'],
    ])
  })

  test.each(['</direct:recipient><x/>', '<!-- ', ']]>', '&amp;', '&#60;', '"\'', 'a\nb', '😀'])(
    'what a stranger wrote is text, and comes out as it went in: %j',
    (text) => {
      const { fields } = elementsOf({ recipient: text, disposition: 'failure', reasonForFailure: text })
      expect(fields).toEqual([
        ['direct:recipient', text],
        ['direct:disposition', 'failure'],
        ['direct:reasonForFailure', text],
      ])
    },
  )

  test('a carriage return is written as a reference, since every reader drops a bare one', () => {
    const text = decodeUtf8(buildMessageDisposition({ ...failure, reasonForFailure: 'a\r\nb' }))
    expect(text).toContain('<direct:reasonForFailure>a&#13;\nb</direct:reasonForFailure>')
  })

  test.each(['\0', '\u0001', '\ud800', '\uffff'])('what XML cannot hold is refused: %j', (text) => {
    expect(() => buildMessageDisposition({ ...failure, reasonForFailure: text })).toThrow(MimeError)
    expect(buildMessageDisposition(failure)).toBeDefined()
  })
})
