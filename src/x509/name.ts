import {
  type DerNode,
  der,
  type Element,
  elementsOf,
  fieldsOf,
  type Oid,
  readOid,
  readText,
  type Tag,
  tags,
} from '../asn1/index.js'
import { encodeHex } from '../bytes/index.js'
import { X509Error } from './errors.js'

/** A distinguished name: what was received, and its attributes in order. */
export interface Name {
  /** DER as received: what is hashed, copied and compared first. */
  readonly bytes: Uint8Array
  readonly rdnSequence: readonly (readonly AttributeTypeAndValue[])[]
}

export interface AttributeTypeAndValue {
  readonly type: Oid
  /** The text of a character string; the DER in hex after a `#` for a value of another kind (RFC 4514 §2.4). */
  readonly value: string
}

/** The short names of RFC 4514 §3 and of PKCS#9, with the string type that each is written in. */
const attributes: readonly { readonly name: string; readonly type: Oid; readonly write: (text: string) => DerNode }[] =
  [
    { name: 'CN', type: '2.5.4.3', write: der.utf8String },
    { name: 'SN', type: '2.5.4.4', write: der.utf8String },
    { name: 'serialNumber', type: '2.5.4.5', write: der.printableString },
    { name: 'C', type: '2.5.4.6', write: der.printableString },
    { name: 'L', type: '2.5.4.7', write: der.utf8String },
    { name: 'ST', type: '2.5.4.8', write: der.utf8String },
    { name: 'STREET', type: '2.5.4.9', write: der.utf8String },
    { name: 'O', type: '2.5.4.10', write: der.utf8String },
    { name: 'OU', type: '2.5.4.11', write: der.utf8String },
    { name: 'UID', type: '0.9.2342.19200300.100.1.1', write: der.utf8String },
    { name: 'DC', type: '0.9.2342.19200300.100.1.25', write: der.ia5String },
    { name: 'emailAddress', type: '1.2.840.113549.1.9.1', write: der.ia5String },
  ]

export function parseName(element: Element): Name {
  const rdnSequence = elementsOf(element, tags.sequence).map((rdn) => elementsOf(rdn, tags.set).map(parseAttribute))
  return { bytes: element.bytes, rdnSequence }
}

function parseAttribute(element: Element): AttributeTypeAndValue {
  const fields = fieldsOf(element)
  const type = readOid(fields.next(tags.oid))
  const value = fields.next()
  fields.end()
  const text = textTags.has(value.tag) ? readText(value) : `#${encodeHex(value.bytes)}`
  return { type, value: text }
}

const textTags: ReadonlySet<Tag> = new Set([
  tags.utf8String,
  tags.numericString,
  tags.printableString,
  tags.teletexString,
  tags.ia5String,
  tags.visibleString,
  tags.universalString,
  tags.bmpString,
])

/**
 * A name for people: `CN=Ann Smith, O=Example Clinic, C=US`, in the order of the certificate. What separates attributes
 * is escaped in their values, so that none passes for two. Not for comparing: use {@link nameKey}.
 *
 * @see RFC 4514 §2.4
 */
export function nameText(name: Name): string {
  const text = ({ type, value }: AttributeTypeAndValue) =>
    `${attributes.find((attribute) => attribute.type === type)?.name ?? type}=${value.replace(separators, '\\$&')}`
  return name.rdnSequence.map((rdn) => rdn.map(text).join(' + ')).join(', ')
}

const separators = /["+,;<>\\]/g

/** A search for a path asks for the same keys again and again, and a name may be long. */
const knownKeys = new WeakMap<Name, { readonly whole: string; readonly rdns: readonly string[] }>()

/**
 * Two names are the same when their keys are: case and repeated white space do not count, nor does the string type that
 * a value was written in.
 *
 * @see RFC 5280 §7.1
 */
export function nameKey(name: Name): string {
  return keysOf(name).whole
}

/** Whether a name lies below another: it begins with all of that one's parts. @see RFC 5280 §7.1 */
export function isBelow(name: Name, base: Name): boolean {
  const [keys, start] = [keysOf(name).rdns, keysOf(base).rdns]
  return start.length <= keys.length && start.every((key, index) => key === keys[index])
}

function keysOf(name: Name): { readonly whole: string; readonly rdns: readonly string[] } {
  const known = knownKeys.get(name)
  if (known) return known
  const fold = (text: string) => text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')
  const rdns = name.rdnSequence.map((rdn) =>
    JSON.stringify(rdn.map(({ type, value }) => `${type}=${fold(value)}`).sort()),
  )
  const keys = { whole: `[${rdns.join()}]`, rdns }
  knownKeys.set(name, keys)
  return keys
}

/**
 * Writes a name from short names and values.
 *
 * @example
 * buildName([['O', 'Example Clinic'], ['CN', 'Example Clinic CA']])
 * @throws {@link X509Error} `ERR_X509_DRAFT` for a short name that is not known.
 */
export function buildName(parts: readonly (readonly [name: string, value: string])[]): DerNode {
  const rdns = parts.map(([name, value]) => {
    const attribute = attributes.find((known) => known.name === name)
    if (!attribute) throw new X509Error('ERR_X509_DRAFT', `an attribute that is not known: ${name}`)
    return der.setOf([der.sequence(der.oid(attribute.type), attribute.write(value))])
  })
  return der.sequence(...rdns)
}
