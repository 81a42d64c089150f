import type { Bytes } from '../bytes/index.js'
import {
  buildCompressedData,
  CmsError,
  type DecompressionLimits,
  decompress,
  parseCompressedData,
} from '../cms/index.js'
import { unlessThrown } from '../errors/index.js'
import { buildPart, type Entity, MimeError, type MimeLimits, parseEntity } from '../mime/index.js'
import { accept, refuse, type Verdict } from '../verdict/index.js'
import { contentTypeOf, pkcs7Body } from './pkcs7.js'
import { type CompressedEntityProblem, failed, passed } from './reasons.js'

/**
 * Compresses an entity: application/pkcs7-mime in base64, named `smime.p7z`. Only for those who are known to read it.
 *
 * @returns an entity.
 * @see RFC 8551 §3.6
 */
export async function compressEntity(entity: Uint8Array): Promise<Bytes> {
  return buildPart({
    contentType: 'application/pkcs7-mime; smime-type=compressed-data; name="smime.p7z"',
    disposition: { disposition: 'attachment', parameters: { filename: 'smime.p7z' } },
    transferEncoding: 'base64',
    content: await buildCompressedData(entity),
  })
}

/** Decompresses an entity, up to a limit. Compression vouches for nothing. @see RFC 8551 §3.6 */
export async function decompressEntity(
  entity: Entity,
  limits: Partial<MimeLimits & DecompressionLimits> = {},
): Promise<Verdict<{ readonly entity: Entity }, CompressedEntityProblem>> {
  const bytes = pkcs7Body(entity)
  if (!bytes || contentTypeOf(bytes) !== 'compressedData') return no('not-compressed')
  const compressed = unlessThrown(CmsError, () => parseCompressedData(bytes))
  if (!compressed) return no('malformed')
  const { explanation, ...answer } = await decompress(compressed, limits)
  if (!answer.ok) return refuse('not-decompressible', [failed('not-decompressible', undefined, explanation.steps)])
  const inner = unlessThrown(MimeError, () => parseEntity(answer.content, limits))
  return inner ? accept({ entity: inner }, [passed('decompressed', undefined, explanation.steps)]) : no('malformed')
}

function no(code: CompressedEntityProblem): Verdict<{ readonly entity: Entity }, CompressedEntityProblem> {
  return refuse(code, [failed(code)])
}
