import type { Bytes } from '../bytes/index.js'
import { identityOf, writePart } from './build-part.js'
import type { Entity } from './entity.js'
import { canonicalLines, lineTraits } from './lines.js'
import { decodeBody } from './transfer-encoding.js'

/**
 * Puts a whole message into a message/rfc822 entity, header and all, so that a signature covers both (AS-40).
 *
 * The message stays as it is, save that bare line ends become CRLF.
 *
 * @see RFC 8551 §3.1, RFC 2046 §5.2.1
 */
export function wrapMessage(message: Uint8Array): Bytes {
  const traits = lineTraits(message)
  // Bare line ends are among the traits of binary, so most messages are looked at once.
  const content = traits.binary ? canonicalLines(message) : message
  const encoding = identityOf(content === message ? traits : lineTraits(content))
  return writePart('message/rfc822', encoding, { content })
}

/**
 * Takes the message out of a message/rfc822 entity, and undoes a transfer encoding that should not be there (AS-47).
 * What is wrapped once more inside stays so: it is content (AS-48).
 *
 * @returns the bytes of the message; nothing when the entity is something else.
 */
export function unwrapMessage(entity: Entity): Uint8Array | undefined {
  const { type, subtype } = entity.contentType
  const isMessage = type === 'message' && (subtype === 'rfc822' || subtype === 'global')
  return isMessage ? decodeBody(entity) : undefined
}
