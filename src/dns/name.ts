import { DnsError } from './errors.js'
import type { Reader } from './reader.js'

const maxLabelOctets = 63
const maxNameOctets = 255

/** More than any name has labels. */
const maxPointers = 127

/**
 * Reads a name, with the pointers that compress it.
 *
 * A pointer only leads to what stands before it, so that none can lead round; a name has at most 255 octets however it is
 * written, and 127 pointers, so that a message made of them costs no more than another.
 *
 * @returns labels joined by dots, without a final one; the root is `''`. In a label a dot or backslash has a backslash
 *   before it, and what is not printable is `\DDD`.
 * @see RFC 1035 §3.1, §4.1.4, §5.1
 */
export function readName(reader: Reader): string {
  const labels: string[] = []
  let octets = 1
  let pointers = 0
  let from = reader
  for (;;) {
    const start = from.position
    const length = from.uint8()
    if (length === 0) return labels.join('.')
    if (length >= 0xc0) {
      const target = (length - 0xc0) * 0x100 + from.uint8()
      if (target >= start) throw malformed('a pointer that does not lead back')
      pointers += 1
      if (pointers > maxPointers) throw malformed('too many pointers in a name')
      from = from.upTo(target, start)
      continue
    }
    if (length > maxLabelOctets) throw malformed('a label of a kind that is not known')
    octets += 1 + length
    if (octets > maxNameOctets) throw malformed('a name that is too long')
    labels.push(escaped(from.octets(length)))
  }
}

function escaped(label: Uint8Array): string {
  return Array.from(label, (octet) => {
    const character = String.fromCharCode(octet)
    if (character === '.' || character === '\\') return `\\${character}`
    return octet > 0x20 && octet < 0x7f ? character : `\\${String(octet).padStart(3, '0')}`
  }).join('')
}

/**
 * Writes a name, uncompressed. A final dot says nothing: all names are whole ones (DISC-29).
 *
 * @throws {@link DnsError} `ERR_DNS_NAME` for an empty label, one of more than 63 octets, or a name of more than 255.
 */
export function writeName(name: string): readonly number[] {
  const labels = labelsOf(name)
  const octets = [...labels.flatMap((label) => [label.length, ...label]), 0]
  const isWrong = labels.some(({ length }) => length === 0 || length > maxLabelOctets) || octets.length > maxNameOctets
  if (isWrong) throw new DnsError('ERR_DNS_NAME', 'a name that is none in DNS')
  return octets
}

function labelsOf(name: string): readonly (readonly number[])[] {
  const whole = name.endsWith('.') && !name.endsWith('\\.') ? name.slice(0, -1) : name
  if (whole === '') return []
  const tokens = whole.match(/\\\d{3}|\\[^\d]|[^\\]/gu)
  if (tokens?.join('') !== whole) throw new DnsError('ERR_DNS_NAME', 'a backslash before nothing')
  const labels: number[][] = [[]]
  for (const token of tokens) {
    if (token === '.') labels.push([])
    else labels.at(-1)!.push(octetOf(token))
  }
  return labels
}

function octetOf(token: string): number {
  const octet = token.length === 4 ? Number(token.slice(1)) : token.codePointAt(token.length - 1)!
  if (token.length > 2 && token.length !== 4) throw new DnsError('ERR_DNS_NAME', 'a character that DNS has not')
  if (octet > (token.length === 4 ? 0xff : 0x7f)) throw new DnsError('ERR_DNS_NAME', 'a character that DNS has not')
  return octet
}

/** Without case in ASCII letters, and without a final dot. @see RFC 4343 */
export function isSameName(one: string, other: string): boolean {
  return fold(one) === fold(other)
}

function fold(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replace(/(?<!\\)\.$/, '')
}

function malformed(message: string): DnsError {
  return new DnsError('ERR_DNS_MALFORMED', message)
}
