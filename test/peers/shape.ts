/** What a message is made with, read from its bytes: many programs have no options, and make what they make. */

import {
  context,
  type Element,
  elementsOf,
  fieldsOf,
  onlyChild,
  parseAsn1,
  readOctets,
  readOid,
  readSmallInteger,
  tags,
} from '../../src/asn1/index.js'
import { decodeBase64, decodeUtf8 } from '../../src/bytes/index.js'
import { type Row, recipientKey, type SignedRow } from './rows.js'

const names: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.4': 'SHA-224',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
  '1.2.840.113549.1.1.1': 'v1.5',
  '1.2.840.113549.1.1.5': 'v1.5',
  '1.2.840.113549.1.1.11': 'v1.5',
  '1.2.840.113549.1.1.12': 'v1.5',
  '1.2.840.113549.1.1.13': 'v1.5',
  '1.2.840.113549.1.1.10': 'PSS',
  '1.2.840.10045.2.1': 'ECDSA',
  '1.2.840.10045.4.1': 'ECDSA',
  '1.2.840.10045.4.3.2': 'ECDSA',
  '1.2.840.10045.4.3.3': 'ECDSA',
  '1.2.840.10045.4.3.4': 'ECDSA',
  '1.3.101.112': 'EdDSA',
  '2.16.840.1.101.3.4.1.2': 'AES-128-CBC',
  '2.16.840.1.101.3.4.1.22': 'AES-192-CBC',
  '2.16.840.1.101.3.4.1.42': 'AES-256-CBC',
  '2.16.840.1.101.3.4.1.6': 'AES-128-GCM',
  '2.16.840.1.101.3.4.1.26': 'AES-192-GCM',
  '2.16.840.1.101.3.4.1.46': 'AES-256-GCM',
  '1.2.840.113549.1.9.16.3.18': 'ChaCha20-Poly1305',
  '1.2.840.113549.3.7': '3DES-CBC',
  '1.2.840.113549.1.1.7': 'OAEP',
  '1.3.133.16.840.63.0.2': 'ECDH SHA-1',
  '1.3.132.1.11.0': 'ECDH SHA-224',
  '1.3.132.1.11.1': 'ECDH SHA-256',
  '1.3.132.1.11.2': 'ECDH SHA-384',
  '1.3.132.1.11.3': 'ECDH SHA-512',
  '1.3.133.16.840.63.0.3': 'cofactor SHA-1',
  '1.3.132.1.14.1': 'cofactor SHA-256',
  '1.2.840.113549.1.9.16.3.19': 'X25519 SHA-256',
  '1.2.840.113549.1.9.16.3.9': 'PWRI-KEK',
  '2.16.840.1.101.3.4.1.5': 'AES-128',
  '2.16.840.1.101.3.4.1.25': 'AES-192',
  '2.16.840.1.101.3.4.1.45': 'AES-256',
}
const nameOf = (oid: string) => names[oid] ?? oid

/** The row's facts and the message's, in the same words: a program made what was asked for when they are equal. */
export function expectedShape(row: Row): string {
  if (row.kind === 'compressed') return row.kind
  if (row.kind === 'message' || row.kind === 'notification') return `${row.cipher}; v1.5`
  if (row.kind === 'signed') {
    return [row.opaque ? 'opaque' : 'detached', ...signers(row), ...(row.ber ? ['BER'] : [])].join('; ')
  }
  const named = row.keyIdentifier ? ' by key identifier' : ''
  const ours = `${transport(row.to)}${recipientKey(row) ? named : ''}`
  const authenticated = row.cipher.endsWith('CBC') ? [] : ['authenticated']
  const recipients = [...(row.two ? ['v1.5'] : []), ours].sort() // a SET, which DER sorts by its bytes
  return [row.cipher, ...recipients, ...authenticated, ...(row.ber ? ['BER'] : [])].join('; ')
}

function signers(row: SignedRow): readonly string[] {
  const salt = { digest: ` salt ${Number(row.digest.slice(4)) / 8}`, zero: ' salt 0', max: ' salt 222' }
  const one = [
    `${row.scheme} ${row.digest}${row.salt ? salt[row.salt] : ''}`,
    row.noAttributes ? ' without attributes' : '',
    row.keyIdentifier ? ' by key identifier' : '',
  ].join('')
  return row.two ? [one, one] : [one]
}

type Transport = Extract<Row, { kind: 'enveloped' }>['to']

function transport(to: Transport): string {
  switch (to.type) {
    case 'rsa':
      return 'v1.5'
    case 'oaep':
      return `OAEP ${to.digest} ${to.mask}${to.label ? ' label' : ''}`
    case 'ecdh':
      return `${to.cofactor ? 'cofactor' : 'ECDH'} ${to.kdf} ${to.wrap}${to.ukm ? ' ukm' : ''}`
    case 'x25519':
      return `X25519 ${to.kdf} ${to.wrap}`
    case 'kek':
      return `shared key ${to.wrap}`
    case 'password':
      return 'password'
  }
}

/** @param row - whose encoding is asked for: BER counts only where a row wants it. */
export function shapeOf(message: Uint8Array, row: Row): string {
  const whole = row.kind === 'message' || row.kind === 'notification'
  const fields = fieldsOf(parseAsn1(whole ? bodyOf(message) : message))
  const type = readOid(fields.next(tags.oid))
  const content = onlyChild(fields.next(context(0)))
  const ber = 'ber' in row && row.ber && isIndefinite(content) ? ['BER'] : []
  if (type === '1.2.840.113549.1.9.16.1.9') return 'compressed'
  if (type === '1.2.840.113549.1.7.2') return [...signedShape(content), ...ber].join('; ')
  const authenticated = type === '1.2.840.113549.1.9.16.1.23' ? ['authenticated'] : []
  const enveloped = envelopedShape(content)
  // Mailboxes that share a certificate have a key each from some, and one for all from others.
  const told = whole ? new Set(enveloped) : enveloped
  const shape = [...told, ...authenticated, ...ber].join('; ')
  const asked = row.kind === 'enveloped' && 'ukm' in row.to
  return asked ? shape : shape.replace(' ukm', '') // may always be there
}

/** What the base64 below the header holds. */
const bodyOf = (message: Uint8Array) => decodeBase64(decodeUtf8(message).split('\r\n\r\n')[1]!.replaceAll(/\s/g, ''))

const isIndefinite = ({ bytes }: Element) => bytes[1] === 0x80
const oidOf = (algorithm: Element) => readOid(algorithm.children[0]!)

function signedShape(content: Element): readonly string[] {
  const fields = fieldsOf(content)
  fields.next(tags.integer)
  fields.next(tags.set)
  const opaque = fields.next(tags.sequence).children.length > 1
  fields.optional(context(0))
  fields.optional(context(1))
  return [opaque ? 'opaque' : 'detached', ...elementsOf(fields.next(tags.set), tags.set).map(signerShape)]
}

function signerShape(signerInfo: Element): string {
  const fields = fieldsOf(signerInfo)
  fields.next(tags.integer)
  const sid = fields.next()
  const digest = fields.next(tags.sequence)
  const attributes = fields.optional(context(0))
  const algorithm = fields.next(tags.sequence)
  const scheme = nameOf(oidOf(algorithm))
  return [
    `${scheme} ${nameOf(oidOf(digest))}`,
    scheme === 'PSS' ? ` salt ${saltOf(algorithm)}` : '',
    attributes ? '' : ' without attributes',
    sid.tag === tags.sequence ? '' : ' by key identifier',
  ].join('')
}

/** @see RFC 4055 §3.1: 20 when it is not said. */
function saltOf(algorithm: Element): number {
  const length = algorithm.children[1]?.children.find(({ tag }) => tag === context(2))
  return length ? readSmallInteger(onlyChild(length)) : 20
}

function envelopedShape(content: Element): readonly string[] {
  const fields = fieldsOf(content)
  fields.next(tags.integer)
  fields.optional(context(0))
  const recipients = elementsOf(fields.next(tags.set), tags.set).map(recipientShape).sort()
  return [nameOf(oidOf(fields.next(tags.sequence).children[1]!)), ...recipients]
}

function recipientShape(info: Element): string {
  const { children } = info
  if (info.tag === context(1)) return agreementShape(info)
  if (info.tag === context(2)) return `shared key ${nameOf(oidOf(children[2]!))}`
  if (info.tag === context(3)) return passwordShape(nameOf(oidOf(children.at(-2)!)))
  const [, rid, algorithm] = children
  const oaep = nameOf(oidOf(algorithm!)) === 'OAEP' ? oaepShape(algorithm!.children[1]) : undefined
  return `${oaep ?? nameOf(oidOf(algorithm!))}${rid!.tag === tags.sequence ? '' : ' by key identifier'}`
}

/** The wrap of RFC 3211 is what RFC 5652 asks for. */
const passwordShape = (wrap: string) => (wrap === 'PWRI-KEK' ? 'password' : `password ${wrap}`)

function oaepShape(parameters: Element | undefined): string {
  const of = (number: number) => {
    const tagged = parameters?.children.find(({ tag }) => tag === context(number))
    return tagged && onlyChild(tagged)
  }
  const digest = of(0)
  const mask = of(1)
  const label = of(2)
  const labelled = label && readOctets(label.children[1]!).length > 0
  return [
    'OAEP',
    digest ? nameOf(oidOf(digest)) : 'SHA-1',
    mask ? nameOf(oidOf(mask.children[1]!)) : 'SHA-1',
    ...(labelled ? ['label'] : []),
  ].join(' ')
}

function agreementShape(info: Element): string {
  const fields = fieldsOf(info, context(1))
  fields.next(tags.integer)
  fields.next(context(0))
  const ukm = fields.optional(context(1))
  const algorithm = fields.next(tags.sequence)
  const rid = onlyChild(fields.next(tags.sequence)).children[0]!
  return [
    nameOf(oidOf(algorithm)),
    ` ${nameOf(oidOf(algorithm.children[1]!))}`,
    ukm ? ' ukm' : '',
    rid.tag === tags.sequence ? '' : ' by key identifier',
  ].join('')
}
