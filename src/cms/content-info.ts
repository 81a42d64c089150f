import { context, type Element, fieldsOf, type Oid, onlyChild, parseAsn1, readOid, tags } from '../asn1/index.js'
import { CmsError, reading } from './errors.js'

/** The outermost structure: what kind of content, and the content. @see RFC 5652 §3 */
export interface ContentInfo {
  readonly contentType: Oid
  readonly content: Element
}

export type ContentTypeName = 'data' | 'signedData' | 'envelopedData' | 'authEnvelopedData' | 'compressedData'

/** The content types this room knows. @see RFC 5652 §4 to §6, RFC 5083 §2.1, RFC 3274 §1.1 */
export const contentTypes: Readonly<Record<ContentTypeName, Oid>> = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  authEnvelopedData: '1.2.840.113549.1.9.16.1.23',
  compressedData: '1.2.840.113549.1.9.16.1.9',
}

/**
 * Reads a ContentInfo in BER or DER. What it contains is decided by its OID, never by a MIME parameter (SMIME-6).
 *
 * @throws {@link CmsError} `ERR_CMS_MALFORMED` when the bytes are none.
 */
export function parseContentInfo(bytes: Uint8Array): ContentInfo {
  return reading('ContentInfo', () => {
    const fields = fieldsOf(parseAsn1(bytes))
    const contentType = readOid(fields.next(tags.oid))
    const content = onlyChild(fields.next(context(0)))
    fields.end()
    return { contentType, content }
  })
}

/** The content, when it is of one of these types, and which that is. */
export function contentOf<Name extends ContentTypeName>(
  bytes: Uint8Array,
  ...types: readonly Name[]
): { readonly type: Name; readonly content: Element } {
  const { contentType, content } = parseContentInfo(bytes)
  const type = types.find((each) => contentTypes[each] === contentType)
  if (type) return { type, content }
  throw new CmsError('ERR_CMS_CONTENT_TYPE', `the content type is ${contentType}, not that of ${types.join(' or ')}`)
}
