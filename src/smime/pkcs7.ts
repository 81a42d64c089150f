import { Base64Error, decodeBase64 } from '../bytes/index.js'
import { CmsError, type ContentTypeName, contentTypes, parseContentInfo } from '../cms/index.js'
import { unlessThrown } from '../errors/index.js'
import { decodeBody, type Entity } from '../mime/index.js'

const pkcs7Types: ReadonlySet<string> = new Set(['pkcs7-mime', 'x-pkcs7-mime'])
const signatureTypes: ReadonlySet<string> = new Set(['pkcs7-signature', 'x-pkcs7-signature'])

/**
 * The CMS bytes of an entity that carries them as its whole body: by its type, by the old name of that type, or by a
 * file name (AS-52, SMIME-7). Nothing for any other entity.
 */
export function pkcs7Body(entity: Entity): Uint8Array | undefined {
  return isNamed(entity, pkcs7Types, /\.p7[mz]$/i) ? cmsBytes(entity) : undefined
}

/** The CMS bytes of the second part of a multipart/signed; nothing for a signature of another kind, such as PGP's. */
export function signatureBody(
  { protocol: named = '' }: Entity['contentType']['parameters'],
  part: Entity,
): Uint8Array | undefined {
  const [type, protocol] = named.toLowerCase().split('/')
  const declared = type === 'application' && signatureTypes.has(protocol ?? '')
  return declared || isNamed(part, signatureTypes, /\.p7[sm]$/i) ? cmsBytes(part) : undefined
}

/** Asks an entity no more than it must, which reads its fields at each question. */
function isNamed(entity: Entity, types: ReadonlySet<string>, name: RegExp): boolean {
  const { type, subtype, parameters } = entity.contentType
  if (type !== 'application') return false
  if (types.has(subtype)) return true
  return (
    subtype === 'octet-stream' && name.test(entity.contentDisposition?.parameters.filename ?? parameters.name ?? '')
  )
}

/** The identifier octet of a SEQUENCE, with which every ContentInfo begins and no base64 does. */
const sequence = 0x30

/** Bent: base64 whose Content-Transfer-Encoding was lost, or says something else, is read like base64 (RFC 8551 §3.1.2). */
function cmsBytes(entity: Entity): Uint8Array {
  const body = decodeBody(entity)
  if (body[0] === sequence) return body
  const decoded = unlessThrown(Base64Error, () => decodeBase64(entity.body, { lenient: true }))
  return decoded?.[0] === sequence ? decoded : body
}

/** The content type by name; nothing for one that is unknown, and when the bytes are no CMS. The MIME parameter `smime-type` is not asked (SMIME-6). */
export function contentTypeOf(bytes: Uint8Array): ContentTypeName | undefined {
  const oid = unlessThrown(CmsError, () => parseContentInfo(bytes).contentType)
  return (Object.keys(contentTypes) as ContentTypeName[]).find((name) => contentTypes[name] === oid)
}
