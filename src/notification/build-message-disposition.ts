import { type Bytes, encodeUtf8 } from '../bytes/index.js'
import { MimeError } from '../mime/index.js'

/** What an edge that speaks XDR is told of one recipient, in place of an MDN or a DSN. */
export interface MessageDispositionDraft {
  /** The address that the message was meant for. */
  readonly recipient: string
  readonly disposition: 'success' | 'failure'
  /** A sentence. */
  readonly reasonForFailure?: string
}

/**
 * Writes the XML document that tells an XDR edge what became of a message for one recipient (DN-40). The SOAP header
 * around it names the message, by `direct:notification relatesTo`.
 *
 * @returns UTF-8, without an XML declaration.
 * @throws {@link MimeError} `ERR_MIME_FIELD_INVALID` for a character that XML cannot hold.
 */
export function buildMessageDisposition({ recipient, disposition, reasonForFailure }: MessageDispositionDraft): Bytes {
  const reason = reasonForFailure === undefined ? '' : element('reasonForFailure', reasonForFailure)
  const content = `${element('recipient', recipient)}${element('disposition', disposition)}${reason}`
  return encodeUtf8(
    `<direct:messageDisposition xmlns:direct="urn:direct:addressing">${content}</direct:messageDisposition>`,
  )
}

function element(name: string, text: string): string {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) {
    throw new MimeError('ERR_MIME_FIELD_INVALID', `a character that ${name} may not hold`)
  }
  const escaped = text.replace(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`)
  return `<direct:${name}>${escaped}</direct:${name}>`
}
