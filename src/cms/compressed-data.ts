import {
  context,
  der,
  fieldsOf,
  type Oid,
  onlyChild,
  readOctets,
  readOid,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { type Bytes, concat } from '../bytes/index.js'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../crypto/index.js'
import { accept, refuse, type Verdict } from '../verdict/index.js'
import { contentOf, contentTypes } from './content-info.js'
import { reading } from './errors.js'
import { type CompressionProblem, failed, passed } from './reasons.js'

/** Compressed content. @see RFC 3274 §1.1 */
export interface CompressedData {
  readonly version: number
  readonly compressionAlgorithm: AlgorithmIdentifier
  readonly encapContentInfo: {
    readonly eContentType: Oid
    /** Still compressed. */
    readonly eContent: Uint8Array
  }
}

const zlibCompress: Oid = '1.2.840.113549.1.9.16.3.8'

/**
 * Reads a CompressedData inside its ContentInfo, in BER or DER. Nothing is decompressed.
 *
 * @throws {@link CmsError} `ERR_CMS_CONTENT_TYPE` when the content is of another type, `ERR_CMS_MALFORMED` when it is
 *   not what it says, or has no content.
 */
export function parseCompressedData(bytes: Uint8Array): CompressedData {
  return reading('CompressedData', () => {
    const fields = fieldsOf(contentOf(bytes, 'compressedData').content)
    const version = readSmallInteger(fields.next(tags.integer))
    const compressionAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
    const contentInfo = fieldsOf(fields.next(tags.sequence))
    fields.end()
    const eContentType = readOid(contentInfo.next(tags.oid))
    const content = onlyChild(contentInfo.next(context(0)))
    return { version, compressionAlgorithm, encapContentInfo: { eContentType, eContent: readOctets(content) } }
  })
}

/** Bounds on what a compressed content may cost. */
export interface DecompressionLimits {
  /** Octets that come out. Default 104,857,600 (100 MiB), which ZLIB makes out of 100 KB. */
  readonly maxContentBytes: number
}

const defaults: DecompressionLimits = { maxContentBytes: 100 * 1024 * 1024 }

/**
 * Decompresses. What comes out is counted while it comes: no more than the limit, and one piece, is ever held.
 *
 * Octets behind the end of the compressed stream are passed over by Node 20, and are damage to other hosts.
 *
 * @see RFC 3274 §2 (ZLIB, RFC 1950)
 */
export async function decompress(
  { compressionAlgorithm, encapContentInfo }: CompressedData,
  limits: Partial<DecompressionLimits> = {},
): Promise<Verdict<{ readonly content: Bytes }, CompressionProblem>> {
  if (compressionAlgorithm.algorithm !== zlibCompress) return no('compression-unknown')
  const { maxContentBytes } = { ...defaults, ...limits }
  const pieces: Uint8Array[] = []
  let length = 0
  const reader = through(encapContentInfo.eContent, new DecompressionStream('deflate')).getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      if (length > maxContentBytes) {
        await reader.cancel()
        return no('content-too-large')
      }
      pieces.push(next.value)
    }
  } catch {
    return no('not-decompressible') // the host's own words differ, and nothing else can fail here
  }
  return accept({ content: concat(pieces) }, [passed('decompressed')])
}

/**
 * Compresses a content.
 *
 * @returns a ContentInfo in DER.
 */
export async function buildCompressedData(content: Uint8Array): Promise<Bytes> {
  const pieces: Uint8Array[] = []
  const reader = through(content, new CompressionStream('deflate')).getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value)
  const compressedData = der.sequence(
    der.integer(0),
    der.sequence(der.oid(zlibCompress)),
    der.sequence(der.oid(contentTypes.data), der.explicit(0, der.octetString(concat(pieces)))),
  )
  return der.encode(der.sequence(der.oid(contentTypes.compressedData), der.explicit(0, compressedData)))
}

/** Octets that one turn hands to the transformation: what is made of them waits in memory until it is counted. */
const pieceBytes = 4096

function through(bytes: Uint8Array, transformation: GenericTransformStream): ReadableStream<Uint8Array> {
  let at = 0
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(Uint8Array.from(bytes.subarray(at, at + pieceBytes)))
      at += pieceBytes
    },
  })
  return source.pipeThrough(transformation)
}

function no(code: CompressionProblem): Verdict<{ readonly content: Bytes }, CompressionProblem> {
  return refuse(code, [failed(code)])
}
