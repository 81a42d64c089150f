import { type DerNode, der, type Element, elementsOf, fieldsOf, type Oid, readOid, tags } from '../asn1/index.js'
import { type GeneralName, generalName, parseGeneralName } from './general-name.js'

/** Where more about an issuer is found, and what. @see RFC 5280 §4.2.2.1 */
export interface AccessDescription {
  readonly accessMethod: Oid
  readonly accessLocation: GeneralName
}

/** id-ad-caIssuers and id-ad-ocsp. */
export const accessMethods: Readonly<Record<'caIssuers' | 'ocsp', Oid>> = {
  caIssuers: '1.3.6.1.5.5.7.48.2',
  ocsp: '1.3.6.1.5.5.7.48.1',
}

/** Reads AuthorityInfoAccess; a location of a form that is not known is passed over. */
export function parseAccessDescriptions(element: Element): readonly AccessDescription[] {
  return elementsOf(element, tags.sequence).flatMap((description) => {
    const fields = fieldsOf(description)
    const accessMethod = readOid(fields.next(tags.oid))
    const accessLocation = parseGeneralName(fields.next())
    fields.end()
    return accessLocation ? { accessMethod, accessLocation } : []
  })
}

export function accessDescriptions(descriptions: readonly AccessDescription[]): DerNode {
  return der.sequence(
    ...descriptions.map(({ accessMethod, accessLocation }) =>
      der.sequence(der.oid(accessMethod), generalName(accessLocation)),
    ),
  )
}
