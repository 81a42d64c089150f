import {
  context,
  type DerNode,
  der,
  type Element,
  fieldsOf,
  type Oid,
  onlyChild,
  readOid,
  readText,
  tags,
} from '../asn1/index.js'
import { type Name, parseName } from './name.js'

/** One of the forms a subject may be named in. The rarer ones keep their DER. @see RFC 5280 §4.2.1.6 */
export type GeneralName =
  | { readonly type: 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier'; readonly value: string }
  | { readonly type: 'directoryName'; readonly name: Name }
  | { readonly type: 'iPAddress'; readonly octets: Uint8Array }
  | { readonly type: 'otherName'; readonly typeId: Oid; readonly bytes: Uint8Array }
  | { readonly type: 'x400Address' | 'ediPartyName' | 'registeredID'; readonly bytes: Uint8Array }

const text = (type: 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier') => (element: Element) => ({
  type,
  value: readText(element, tags.ia5String),
})
const opaque = (type: 'x400Address' | 'ediPartyName' | 'registeredID') => (element: Element) => ({
  type,
  bytes: element.bytes,
})

const readers: Readonly<Record<number, (element: Element) => GeneralName>> = {
  [context(0)]: (element) => ({
    type: 'otherName',
    typeId: readOid(fieldsOf(element, context(0)).next(tags.oid)),
    bytes: element.bytes,
  }),
  [context(1)]: text('rfc822Name'),
  [context(2)]: text('dNSName'),
  [context(3)]: opaque('x400Address'),
  [context(4)]: (element) => ({ type: 'directoryName', name: parseName(onlyChild(element)) }),
  [context(5)]: opaque('ediPartyName'),
  [context(6)]: text('uniformResourceIdentifier'),
  [context(7)]: (element) => ({ type: 'iPAddress', octets: element.content }),
  [context(8)]: opaque('registeredID'),
}

/** @returns nothing for a choice that the standard does not have. */
export function parseGeneralName(element: Element): GeneralName | undefined {
  return readers[element.tag]?.(element)
}

/** Writes the forms in which Direct names somebody, and the form that says where a list lies. */
export function generalName(name: Extract<GeneralName, { readonly value: string }>): DerNode {
  const numbers = { rfc822Name: 1, dNSName: 2, uniformResourceIdentifier: 6 }
  return der.implicit(numbers[name.type], der.ia5String(name.value))
}
