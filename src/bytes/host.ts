import type { Bytes } from './bytes.js'

/** What Node's Buffer does in native code: many times as quick as a loop, and reading as carelessly as quickly. */
interface NodeBuffer {
  from(bytes: ArrayBufferLike, offset: number, length: number): BinaryText
  from(text: string, encoding: 'base64'): Bytes
}

type TextForm = 'latin1' | 'base64' | 'base64url' | 'hex'

interface BinaryText {
  toString(encoding: TextForm): string
  write(text: string, offset: number, encoding: 'latin1'): number
  includes(octet: number): boolean
  indexOf(octets: number | Uint8Array, from?: number): number
}

interface Host {
  readonly process?: { getBuiltinModule?(name: 'node:buffer'): { readonly Buffer: NodeBuffer } | undefined }
}

function nodeBuffer(): NodeBuffer | undefined {
  return (globalThis as Host).process?.getBuiltinModule?.('node:buffer')?.Buffer
}

/** Below this a loop is as quick; and Node cuts small buffers from one that they share. */
const minLength = 16_384

/**
 * Decodes base64 in lines of one length, as every mail system writes it, with what the host has for it.
 *
 * The host skips what is no base64 and takes the marks of base64url; so nothing is given back unless the text has none
 * of these marks and decoded to as many octets as that many letters must.
 *
 * @returns nothing when the host has no decoder, and for text that is short or in any way irregular.
 */
export function hostDecodeBase64(text: Uint8Array): Bytes | undefined {
  const letters = text.length < minLength ? undefined : lettersInLines(text)
  const buffer = nodeBuffer()
  if (!buffer || letters === undefined || letters % 4 !== 0) return undefined
  const view = buffer.from(text.buffer, text.byteOffset, text.length)
  if (view.includes(0x2d) || view.includes(0x5f)) return undefined
  const decoded = buffer.from(view.toString('latin1'), 'base64')
  const first = view.indexOf(0x3d)
  const padding = first < 0 ? 0 : paddingAt(text, first)
  if (padding === undefined || decoded.length !== (letters / 4) * 3 - padding) return undefined
  return new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length)
}

/** Below this many octets a loop is as quick as asking for the host. */
const minTextLength = 64

/** Octets as text, with what the host has for it; nothing when it has nothing, or they are few. */
export function hostText({ buffer, byteOffset, length }: Uint8Array, form: TextForm): string | undefined {
  return length < minTextLength ? undefined : nodeBuffer()?.from(buffer, byteOffset, length).toString(form)
}

/**
 * Prepares writing base64 with what the host has for it: in one line and with padding, at the end of the target.
 *
 * @returns nothing when the host has no encoder, or when so few octets are not worth asking it.
 */
export function hostBase64Writer(length: number): ((bytes: Uint8Array, target: Uint8Array) => void) | undefined {
  const buffer = length < minLength ? undefined : nodeBuffer()
  if (!buffer) return undefined
  const view = ({ buffer: memory, byteOffset, length }: Uint8Array) => buffer.from(memory, byteOffset, length)
  return (bytes, target) => {
    const text = view(bytes).toString('base64')
    view(target).write(text, target.length - text.length, 'latin1')
  }
}

/** Octets of a needle that the host looks for: of so few it goes from one first octet to the next in native code. */
const soughtOctets = 7

/**
 * Finds the first place at or after `from` where the beginning of a needle stands.
 *
 * @returns -1 when it stands nowhere; nothing when the host has no such search.
 */
export function hostIndexOf(haystack: Uint8Array, needle: Uint8Array, from: number): number | undefined {
  const { buffer, byteOffset, length } = haystack
  return nodeBuffer()?.from(buffer, byteOffset, length).indexOf(needle.subarray(0, soughtOctets), from)
}

/** Octets beside the line ends, when the line ends stand where the first one says they do, and one ends the text. */
function lettersInLines(text: Uint8Array): number | undefined {
  const feed = text.indexOf(0x0a)
  if (feed < 2) return undefined
  const endLength = text[feed - 1] === 0x0d ? 2 : 1
  const line = feed + 1
  for (let at = feed; at < text.length; at += line) {
    if (text[at] !== 0x0a || (endLength === 2 && text[at - 1] !== 0x0d)) return undefined
  }
  const lines = Math.floor(text.length / line)
  const rest = text.length - lines * line
  if (rest === 0) return text.length - lines * endLength
  const ends = text[text.length - 1] === 0x0a ? (text[text.length - 2] === 0x0d ? 2 : 1) : 0
  return text.length - lines * endLength - ends
}

/** How many of the last letters are padding, from the first on: one or two, with nothing but line ends behind. */
function paddingAt(text: Uint8Array, first: number): number | undefined {
  const behind = text.subarray(first)
  const marks = behind[1] === 0x3d ? 2 : 1
  const isPadding = behind.length <= 4 && behind.subarray(marks).every((octet) => octet === 0x0d || octet === 0x0a)
  return isPadding ? marks : undefined
}
