import {
  Asn1Error,
  type DerNode,
  der,
  type Element,
  elementsOf,
  fieldsOf,
  parseAsn1,
  readOctets,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { concat } from '../bytes/index.js'
import { DiscoveryError, type LdapEntry, type LdapFilter, type LdapSearch } from '../discovery/index.js'

/** What a server says to a request, one message of possibly several. */
export type LdapResponse =
  | { readonly id: number; readonly kind: 'entry'; readonly entry: LdapEntry }
  | { readonly id: number; readonly kind: 'result'; readonly resultCode: number }
  /** A referral to another server, which is not followed, and whatever else is not an answer. */
  | { readonly id: number; readonly kind: 'other' }

/** Result codes that decide something. @see RFC 4511 §4.1.9 */
export const resultCodes = { success: 0, sizeLimitExceeded: 4, noSuchObject: 32 } as const

/** The numbers of protocolOp. @see RFC 4511 §4.2 to §4.12 */
const operations = { bind: 0, unbind: 2, search: 3, extended: 23 } as const
const entryTag = 0x44
const resultTags: ReadonlySet<number> = new Set([0x41, 0x45, 0x58])

const startTls = '1.3.6.1.4.1.1466.20037'

/** Asks for a session as nobody (DISC-45). @see RFC 4511 §4.2, RFC 4513 §5.1.1 */
export function bindRequest(id: number): Uint8Array {
  return message(id, operations.bind, der.sequence(der.integer(3), text(''), der.implicit(0, text(''))))
}

/** Says goodbye. @see RFC 4511 §4.3 */
export function unbindRequest(id: number): Uint8Array {
  return message(id, operations.unbind, der.nul())
}

/** @see RFC 4511 §4.14 */
export function startTlsRequest(id: number): Uint8Array {
  return message(id, operations.extended, der.sequence(der.implicit(0, text(startTls))))
}

/** @see RFC 4511 §4.5.1 */
export function searchRequest(
  id: number,
  { base, scope, filter, attributes }: LdapSearch,
  limits: { readonly entries: number; readonly seconds: number },
): Uint8Array {
  const request = der.sequence(
    text(base),
    der.enumerated(scope === 'base' ? 0 : 2),
    // Aliases are followed within the server.
    der.enumerated(3),
    der.integer(limits.entries),
    der.integer(limits.seconds),
    der.boolean(false),
    filterNode(filter),
    der.sequence(...attributes.map(text)),
  )
  return message(id, operations.search, request)
}

function filterNode({ attribute, value }: LdapFilter): DerNode {
  if (value === undefined) return der.implicit(7, text(attribute))
  return der.implicit(3, der.sequence(text(attribute), text(value)))
}

function text(value: string): DerNode {
  return der.octetString(new TextEncoder().encode(value))
}

function message(id: number, operation: number, node: DerNode): Uint8Array {
  const operationBytes = der.encode(node)
  operationBytes[0] = (operationBytes[0]! & 0x20) | 0x40 | operation
  return der.encode(der.sequence(der.integer(id), operationBytes))
}

/** Elements of one message: an entry with some thousand values. */
const maxElements = 20_000

/** Reads one message. @throws {@link Asn1Error} for what is none. */
export function readResponse(bytes: Uint8Array): LdapResponse {
  const fields = fieldsOf(parseAsn1(bytes, { limits: { maxElements, maxDepth: 16 } }))
  const id = readSmallInteger(fields.next(tags.integer))
  const operation = fields.next()
  if (operation.tag === entryTag) return { id, kind: 'entry', entry: readEntry(operation) }
  if (!resultTags.has(operation.tag)) return { id, kind: 'other' }
  const [code] = elementsOf(operation, operation.tag)
  if (code?.tag !== tags.enumerated) throw new Asn1Error('ERR_ASN1_MISSING', 'no result code', operation.offset)
  return { id, kind: 'result', resultCode: readSmallInteger(code) }
}

function readEntry(operation: Element): LdapEntry {
  const entry = fieldsOf(operation, entryTag)
  entry.next(tags.octetString)
  const attributes = elementsOf(entry.next(), tags.sequence).map((attribute) => {
    const fields = fieldsOf(attribute)
    const name = new TextDecoder().decode(readOctets(fields.next(tags.octetString)))
    return [name, elementsOf(fields.next(), tags.set).map(readOctets)] as const
  })
  return { attributes: Object.fromEntries(attributes) }
}

/** Cuts what arrives on a connection into messages, and copies nothing until one is whole. */
export class LdapUnframer {
  readonly #maxBytes: number
  #pieces: Uint8Array[] = []
  #held = 0
  #total = 0

  /** @param maxBytes - of all that comes on this connection: a stranger chose the server. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** True when there is a piece of a message that has not ended. */
  get isInside(): boolean {
    return this.#held > 0
  }

  /** @throws {@link DiscoveryError} `ERR_DISCOVERY_LDAP` for more than the limit, and for what is no message. */
  *push(piece: Uint8Array): Generator<Uint8Array> {
    this.#total += piece.length
    if (this.#total > this.#maxBytes) throw refused('the directory sends more than is taken')
    this.#pieces.push(piece)
    this.#held += piece.length
    // Until a large message is whole, its beginning is all that is looked at.
    if (this.#held < (lengthOf(this.#pieces[0]!) ?? 0)) return
    let rest = concat(this.#pieces)
    for (let length = lengthOf(rest); length !== undefined && length <= rest.length; length = lengthOf(rest)) {
      yield rest.subarray(0, length)
      rest = rest.subarray(length)
    }
    this.#pieces = rest.length > 0 ? [rest] : []
    this.#held = rest.length
  }
}

/** Octets of the message that begins here; nothing when too little of it is there. */
function lengthOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < 2) return undefined
  const first = bytes[1]!
  if (bytes[0] !== 0x30 || first === 0x80 || first > 0x84) throw refused('the directory speaks another language')
  if (first < 0x80) return 2 + first
  const end = 2 + (first & 0x7f)
  if (bytes.length < end) return undefined
  return end + bytes.subarray(2, end).reduce((length, octet) => length * 256 + octet, 0)
}

function refused(what: string): DiscoveryError {
  return new DiscoveryError('ERR_DISCOVERY_LDAP', what, { temporary: true })
}
