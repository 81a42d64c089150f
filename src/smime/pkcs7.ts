import { CmsError, parseContentInfo } from '../cms/index.js'
import { unlessThrown } from '../errors/index.js'
import { decodeBody, type Entity } from '../mime/index.js'

const pkcs7Types: ReadonlySet<string> = new Set(['pkcs7-mime', 'x-pkcs7-mime'])

/**
 * The CMS bytes of an entity that carries them as its whole body: by its type, by the old name of that type, or by a
 * file name (AS-52, SMIME-7). Nothing for any other entity.
 */
export function pkcs7Body(entity: Entity): Uint8Array | undefined {
  const { type, subtype, parameters } = entity.contentType
  if (type !== 'application') return undefined
  const filename = entity.contentDisposition?.parameters.filename ?? parameters.name ?? ''
  const byName = subtype === 'octet-stream' && /\.p7m$/i.test(filename)
  return pkcs7Types.has(subtype) || byName ? decodeBody(entity) : undefined
}

/** The content type's OID; nothing when the bytes are no CMS. The MIME parameter `smime-type` is not asked (SMIME-6). */
export function contentTypeOf(bytes: Uint8Array): string | undefined {
  return unlessThrown(CmsError, () => parseContentInfo(bytes).contentType)
}
