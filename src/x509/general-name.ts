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
  | { readonly type: TextName; readonly value: string }
  | { readonly type: 'directoryName'; readonly name: Name }
  | { readonly type: 'iPAddress'; readonly octets: Uint8Array }
  | { readonly type: 'otherName'; readonly typeId: Oid; readonly bytes: Uint8Array }
  | { readonly type: 'x400Address' | 'ediPartyName' | 'registeredID'; readonly bytes: Uint8Array }

/** Forms that are text. An address whose local part is not ASCII is a form of its own (RFC 9598 §3). */
type TextName = 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier' | 'smtpUTF8Mailbox'

/** id-on-SmtpUTF8Mailbox */
const smtpUTF8Mailbox: Oid = '1.3.6.1.5.5.7.8.9'

const text = (type: TextName) => (element: Element) => ({ type, value: readText(element, tags.ia5String) })
const opaque = (type: 'x400Address' | 'ediPartyName' | 'registeredID') => (element: Element) => ({
  type,
  bytes: element.bytes,
})

const readers: Readonly<Record<number, (element: Element) => GeneralName>> = {
  [context(0)]: otherName,
  [context(1)]: text('rfc822Name'),
  [context(2)]: text('dNSName'),
  [context(3)]: opaque('x400Address'),
  [context(4)]: (element) => ({ type: 'directoryName', name: parseName(onlyChild(element)) }),
  [context(5)]: opaque('ediPartyName'),
  [context(6)]: text('uniformResourceIdentifier'),
  [context(7)]: (element) => ({ type: 'iPAddress', octets: element.content }),
  [context(8)]: opaque('registeredID'),
}

function otherName(element: Element): GeneralName {
  const fields = fieldsOf(element, context(0))
  const typeId = readOid(fields.next(tags.oid))
  if (typeId !== smtpUTF8Mailbox) return { type: 'otherName', typeId, bytes: element.bytes }
  const value = onlyChild(fields.next(context(0)))
  return { type: 'smtpUTF8Mailbox', value: readText(value, tags.utf8String) }
}

/** @returns nothing for a choice that the standard does not have. */
export function parseGeneralName(element: Element): GeneralName | undefined {
  return readers[element.tag]?.(element)
}

/** Writes a name in its form. */
export function generalName(name: GeneralName): DerNode {
  switch (name.type) {
    case 'rfc822Name':
      return der.implicit(1, der.ia5String(name.value))
    case 'dNSName':
      return der.implicit(2, der.ia5String(name.value))
    case 'uniformResourceIdentifier':
      return der.implicit(6, der.ia5String(name.value))
    case 'smtpUTF8Mailbox':
      return der.implicit(0, der.sequence(der.oid(smtpUTF8Mailbox), der.explicit(0, der.utf8String(name.value))))
    case 'directoryName':
      return der.explicit(4, name.name.bytes)
    case 'iPAddress':
      return der.implicit(7, der.octetString(name.octets))
    default:
      return name.bytes
  }
}
