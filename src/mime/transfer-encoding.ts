import { Base64Error, type Bytes, decodeBase64 } from '../bytes/index.js'
import type { Entity } from './entity.js'
import { MimeError } from './errors.js'
import { type LineFault, lineFault } from './lines.js'
import { base64Of, joined, type Piece } from './pieces.js'
import { decodeQuotedPrintable, quotedPrintableFault, quotedPrintableOf } from './quoted-printable.js'

export type TransferEncoding = '7bit' | '8bit' | 'binary' | 'quoted-printable' | 'base64'

export interface DecodingOptions {
  /** Takes what mail in the wild has instead of refusing it. */
  readonly lenient?: boolean
}

/** One encoding, in both directions. */
interface Row {
  /** The strict form; anything else is refused. */
  readonly decode: (body: Uint8Array) => Uint8Array
  readonly decodeLeniently: (body: Uint8Array) => Uint8Array
  readonly encode: (content: Uint8Array) => Piece
}

const identity = (name: string, faults: readonly LineFault[]): Row => {
  const check = (bytes: Uint8Array) => {
    const at = lineFault(bytes, faults)
    if (at !== undefined) throw notIn(name, at)
    return bytes
  }
  return { decode: check, decodeLeniently: (body) => body, encode: check }
}

/** A map, because the names come from strangers. @see RFC 2045 §6 */
const rows: ReadonlyMap<string, Row> = /* @__PURE__ */ new Map<TransferEncoding, Row>([
  ['7bit', /* @__PURE__ */ identity('7bit', ['eight-bit', 'nul', 'bare-line-end', 'long-line'])],
  ['8bit', /* @__PURE__ */ identity('8bit', ['nul', 'bare-line-end', 'long-line'])],
  ['binary', /* @__PURE__ */ identity('binary', [])],
  [
    'quoted-printable',
    {
      decode: (body) => {
        const at = quotedPrintableFault(body)
        if (at !== undefined) throw notIn('quoted-printable', at)
        return decodeQuotedPrintable(body)
      },
      decodeLeniently: decodeQuotedPrintable,
      encode: quotedPrintableOf,
    },
  ],
  [
    'base64',
    {
      decode: strictBase64,
      decodeLeniently: (body) => decodeBase64(body, { lenient: true }),
      encode: base64Of,
    },
  ],
])

function strictBase64(body: Uint8Array): Bytes {
  try {
    return decodeBase64(body)
  } catch (error) {
    if (error instanceof Base64Error) throw notIn('base64', error.offset)
    throw error
  }
}

function notIn(encoding: string, offset: number): MimeError {
  return new MimeError('ERR_MIME_ENCODING', `not ${encoding} (offset ${offset})`)
}

/**
 * Undoes a transfer encoding; gives the same array where there is nothing to undo.
 *
 * As it comes, what breaks the rules of the encoding is refused: for 7bit and 8bit bare line ends, NUL and lines of more
 * than 998 octets too. With `lenient`, what is no encoding is passed over, as RFC 2045 §6.8 asks, and an encoding that is
 * not known leaves the body as it is.
 *
 * @param encoding - in any case.
 * @throws {@link MimeError} `ERR_MIME_ENCODING` with the offset, unless `lenient`.
 * @see RFC 2045 §6
 */
export function decodeTransferEncoding(body: Uint8Array, encoding: string, options: DecodingOptions = {}): Uint8Array {
  const row = rows.get(encoding.toLowerCase())
  if (options.lenient) return row ? row.decodeLeniently(body) : body
  if (!row) throw new MimeError('ERR_MIME_ENCODING', 'an encoding that is not known')
  return row.decode(body)
}

/**
 * Writes content in a transfer encoding, in lines of 76 characters where the encoding has lines of its own. For
 * quoted-printable the line ends of text are CRLF; any other CR and LF is content.
 *
 * @returns the same array for 7bit, 8bit and binary.
 * @throws {@link MimeError} `ERR_MIME_ENCODING` with the offset of what 7bit or 8bit may not hold.
 * @see RFC 2045 §6
 */
export function encodeTransferEncoding(content: Uint8Array, encoding: TransferEncoding): Uint8Array {
  const piece = encodedPiece(content, encoding)
  return piece instanceof Uint8Array ? piece : joined([piece])
}

/** The same, to be written where it is to stand. */
export function encodedPiece(content: Uint8Array, encoding: TransferEncoding): Piece {
  const row = rows.get(encoding)
  if (!row) throw new MimeError('ERR_MIME_ENCODING', 'an encoding that is not known')
  return row.encode(content)
}

/**
 * The content of an entity, its transfer encoding undone; a view of the source where there is nothing to undo.
 *
 * Lenient unless told otherwise, since mail in the wild is: most faults are a stray octet that hurts nobody.
 *
 * @throws {@link MimeError} `ERR_MIME_ENCODING` with `lenient: false` alone.
 */
export function decodeBody(entity: Entity, { lenient = true }: DecodingOptions = {}): Uint8Array {
  return decodeTransferEncoding(entity.body, entity.transferEncoding, { lenient })
}
