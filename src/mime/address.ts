import { withoutComments } from './content-fields.js'
import { asciiDomain } from './domain.js'
import { decodeWords, encodedWordAt, encodeWords } from './encoded-word.js'
import { MimeError } from './errors.js'

/** An address with the name that goes with it. */
export interface Mailbox {
  /** Decoded; absent when there is none. */
  readonly name?: string
  /** The addr-spec as written, without brackets. */
  readonly address: string
}

/** More mailboxes than a field has. */
const maxMailboxes = 10_000

/**
 * Reads an address list: mailboxes, and the members of groups. Comments are left out, and so are routes before an
 * address (RFC 5322 §4.4); members that hold no address are too.
 *
 * @see RFC 5322 §3.4, §4.4
 */
export function parseAddresses(text: string): readonly Mailbox[] {
  return membersOf(text).flatMap((tokens) => mailboxOf(tokens) ?? [])
}

type Token = { readonly type: 'text' | 'quoted' | 'angle' | 'comment'; readonly text: string }

/** Reads once from left to right; the members are what lies between commas, and between the marks of a group. */
function membersOf(text: string): readonly (readonly Token[])[] {
  const members: Token[][] = [[]]
  let at = 0
  while (at < text.length && members.length <= maxMailboxes) {
    const character = text[at]!
    if (character === ',' || character === ';') {
      members.push([])
      at++
    } else if (character === ':') {
      members[members.length - 1] = [] // what came before was the name of a group
      at++
    } else {
      const [token, next] = tokenAt(text, at)
      members.at(-1)!.push(token)
      at = next
    }
  }
  return members
}

function tokenAt(text: string, start: number): [token: Token, next: number] {
  const type = ({ '"': 'quoted', '<': 'angle', '(': 'comment' } as const)[text[start]!]
  const next = type ? closing[type](text, start) : endOfText(text, start)
  const inner = type
    ? text.slice(start + 1, text[next - 1] === closers[type] ? next - 1 : next)
    : text.slice(start, next)
  return [{ type: type ?? 'text', text: inner }, next]
}

const closers = { quoted: '"', angle: '>', comment: ')' }

const closing: Readonly<Record<'quoted' | 'angle' | 'comment', (text: string, start: number) => number>> = {
  quoted: (text, start) => {
    let at = start + 1
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    return Math.min(at + 1, text.length)
  },
  angle: (text, start) => {
    let at = start + 1
    while (at < text.length && text[at] !== '>') at = text[at] === '"' ? closing.quoted(text, at) : at + 1
    return Math.min(at + 1, text.length)
  },
  comment: (text, start) => {
    let depth = 0
    for (let at = start; at < text.length; at++) {
      if (text[at] === '\\') at++
      else if (text[at] === '(') depth++
      else if (text[at] === ')' && --depth === 0) return at + 1
    }
    return text.length
  },
}

/** An encoded word is an atom: a comma or a colon inside it parts nothing (RFC 2047 §5). */
function endOfText(text: string, start: number): number {
  let at = start
  while (at < text.length && !'",:;<('.includes(text[at]!)) at += (text[at] === '=' && encodedWordAt(text, at)) || 1
  return at
}

function mailboxOf(tokens: readonly Token[]): Mailbox | undefined {
  const angle = tokens.find(({ type }) => type === 'angle')
  const words = tokens.filter(({ type }) => type === 'text' || type === 'quoted')
  if (!angle) {
    // A quoted local part stands before its "@" without white space.
    const address = bare(words.map(({ type, text }) => (type === 'quoted' ? `"${text}"` : text)).join(''))
    return address === undefined ? undefined : { address }
  }
  const address = bare(angle.text)
  const name = words
    .map(({ type, text }) => (type === 'quoted' ? unescaped(text) : decodeWords(text.trim())))
    .join(' ')
    .replace(/\p{Cc}+/gu, ' ') // encoded words can hold line ends
    .trim()
  if (address === undefined) return undefined
  return name ? { name, address } : { address }
}

/** The addr-spec alone: without comments, a route, and the white space that older mail has around dots (RFC 5322 §4.4). */
function bare(text: string): string | undefined {
  if (text.length > 3 * maxAddressLength) return undefined
  const spec = withoutComments(text)
    .trim()
    .replace(/^@[^:]*:/, '')
    .trim()
  // Runs of white space first: looking for a dot behind each of their characters would be quadratic.
  const address = spec.includes('"') ? spec : spec.replace(/\s+/g, ' ').replace(/ ?([.@]) ?/g, '$1')
  return isAddrSpec(address) ? address : undefined
}

function unescaped(text: string): string {
  return decodeWords(text.replace(/\\([\s\S])/g, '$1'))
}

const atom = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~\\u0080-\\u{10ffff}]+"
const addrSpec = new RegExp(
  `^(?:${atom}(?:\\.${atom})*|"(?:[^"\\\\\\r\\n\\0]|\\\\[^\\r\\n\\0])*")@(?:[A-Za-z0-9_\\u0080-\\u{10ffff}](?:[A-Za-z0-9_\\-\\u0080-\\u{10ffff}]*)(?:\\.[A-Za-z0-9_\\-\\u0080-\\u{10ffff}]+)*)$`,
  'u',
)

/** The longest address that mail carries. @see RFC 5321 §4.5.3.1 */
const maxAddressLength = 320

function isAddrSpec(text: string): boolean {
  return text.length <= maxAddressLength && addrSpec.test(text)
}

/**
 * Writes a mailbox for an address field, its name quoted or encoded as it needs, its domain in A-labels.
 *
 * @throws {@link MimeError} `ERR_MIME_ADDRESS_INVALID` when the address is no addr-spec or has a local part beyond ASCII,
 *   which nothing but SMTPUTF8 could carry, when its domain has no A-labels, or the name holds a control character.
 * @see RFC 5322 §3.4
 */
export function formatAddress(mailbox: Mailbox | string): string {
  const { name = '', address } = typeof mailbox === 'string' ? { address: mailbox } : mailbox
  if (!isAddrSpec(address) || /[\x00-\x1f\x7f]/.test(name)) {
    throw new MimeError('ERR_MIME_ADDRESS_INVALID', 'not an address')
  }
  const at = address.lastIndexOf('@')
  const domain = asciiDomain(address.slice(at + 1))
  if (domain === undefined || !/^[\0-\x7f]*$/.test(address.slice(0, at))) {
    throw new MimeError('ERR_MIME_ADDRESS_INVALID', 'an address that ASCII cannot write')
  }
  const ascii = address.slice(0, at + 1) + domain
  return name ? `${phrase(name)} <${ascii}>` : ascii
}

function phrase(name: string): string {
  const encoded = encodeWords(name)
  if (encoded !== name || /^[A-Za-z0-9 !#$%&'*+\-/=?^_`{|}~]+$/.test(name)) return encoded
  return `"${name.replace(/["\\]/g, '\\$&')}"`
}
