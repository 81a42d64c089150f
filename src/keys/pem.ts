import { Base64Error, type Bytes, decodeBase64, decodeLatin1, encodeBase64 } from '../bytes/index.js'
import { KeyError } from './errors.js'

/** One block of a PEM text. */
export interface PemBlock {
  /** What stands behind BEGIN: `CERTIFICATE`, `PRIVATE KEY`. */
  readonly label: string
  readonly bytes: Bytes
  /** Lines of the old form before the base64, such as `Proc-Type: 4,ENCRYPTED`; mostly none. */
  readonly headers: readonly string[]
}

const maxBlocks = 10_000
const maxCharacters = 0x400_0000
const maxLabel = 64
const lineLength = 64

const begin = '-----BEGIN '
const dashes = '-----'

/**
 * Reads all blocks of a PEM text, in their order.
 *
 * Text around the blocks is skipped, as are line breaks inside them, even when all are missing, which is what becomes
 * of a key in an environment variable.
 *
 * @returns nothing when there is no block.
 * @throws {@link KeyError} `ERR_KEYS_MALFORMED` when a block has no end, another label at its end, or no base64 inside;
 *   and beyond 10,000 blocks or 64 MiB.
 * @see RFC 7468 §2 (read leniently), RFC 1421 §4.4 (headers)
 */
export function decodePem(input: Uint8Array | string): readonly PemBlock[] {
  if (input.length > maxCharacters) throw malformed('a PEM text that is too long')
  const text = typeof input === 'string' ? input : decodeLatin1(input)
  const blocks: PemBlock[] = []
  for (let at = text.indexOf(begin); at >= 0; ) {
    if (blocks.length === maxBlocks) throw malformed(`more than ${maxBlocks} PEM blocks`)
    const labelStart = at + begin.length
    const labelEnd = text.slice(labelStart, labelStart + maxLabel + dashes.length).indexOf(dashes) + labelStart
    if (labelEnd < labelStart) throw malformed('a PEM block without a label')
    const label = text.slice(labelStart, labelEnd)
    const bodyStart = labelEnd + dashes.length
    const end = `-----END ${label}-----`
    // Only up to the next mark of any kind: a block that has no end must not be looked for in all that follows.
    const bodyEnd = text.indexOf(dashes, bodyStart)
    if (bodyEnd < 0 || !text.startsWith(end, bodyEnd)) throw malformed('a PEM block without its end')
    blocks.push({ label, ...decodeBody(text.slice(bodyStart, bodyEnd)) })
    at = text.indexOf(begin, bodyEnd + end.length)
  }
  return blocks
}

function decodeBody(body: string): Omit<PemBlock, 'label'> {
  // Base64 has no colon, so a body with one begins with headers, and an empty line ends them.
  const blank = body.includes(':') ? /\n[ \t]*\r?\n/.exec(body) : null
  const split = blank ? blank.index + blank[0].length : 0
  const headers = body
    .slice(0, split)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
  try {
    return { bytes: decodeBase64(body.slice(split)), headers }
  } catch (cause) {
    if (cause instanceof Base64Error) throw malformed('a PEM block that holds no base64')
    throw cause
  }
}

/** Writes one block, with lines of 64 characters. @see RFC 7468 §2 */
export function encodePem(label: string, bytes: Uint8Array): string {
  const base64 = encodeBase64(bytes)
  const lines: string[] = []
  for (let at = 0; at < base64.length; at += lineLength) lines.push(base64.slice(at, at + lineLength))
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** Whether bytes are an encoding, as opposed to a text that holds one: what is loaded here is always a SEQUENCE. */
export function isDer(input: Uint8Array | string): input is Uint8Array {
  return typeof input !== 'string' && input[0] === 0x30
}

function malformed(message: string): KeyError {
  return new KeyError('ERR_KEYS_MALFORMED', message)
}
