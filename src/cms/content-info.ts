import { context, type Element, fieldsOf, type Oid, onlyChild, parseAsn1, readOid, tags } from '../asn1/index.js'
import { CmsError, reading } from './errors.js'

/** The outermost structure: what kind of content, and the content. @see RFC 5652 §3 */
export interface ContentInfo {
  readonly contentType: Oid
  readonly content: Element
}

/** The content types this room knows. */
export const contentTypes: Readonly<Record<'data' | 'signedData' | 'envelopedData', Oid>> = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
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

/** The content, when it is of this type. */
export function contentOf(bytes: Uint8Array, type: keyof typeof contentTypes): Element {
  const { contentType, content } = parseContentInfo(bytes)
  if (contentType === contentTypes[type]) return content
  throw new CmsError('ERR_CMS_CONTENT_TYPE', `the content type is ${contentType}, not that of ${type}`)
}
