import { unlessThrown } from '../errors/index.js'
import { decodePem, KeyError } from '../keys/index.js'
import { decodeBody, type Entity, type MimeDefect, parseEntity, unwrapMessage } from '../mime/index.js'
import { type CmsStructure, cmsLayer } from './cms-structure.js'

/** What a message is made of, and nothing of what it says: no field, no name of a file, no text. */
export interface PartStructure {
  /** `multipart/signed`; absent for CMS that stands alone. */
  readonly type?: string
  readonly transferEncoding?: string
  /** Of the body, as it is. */
  readonly octets: number
  readonly defects: readonly MimeDefect[]
  readonly cms?: CmsStructure
  /** The parts of a multipart; the message that is wrapped; what lies below a layer of CMS. */
  readonly parts: readonly PartStructure[]
}

/** Layers and messages within each other that are looked into. */
const maxDepth = 16

/** Takes apart a message, or CMS in DER or PEM. What is in it decides which it is, not what it is called. */
export function structureOf(input: Uint8Array): Promise<PartStructure> {
  return structure(cmsIn(input) ?? input, maxDepth)
}

function cmsIn(input: Uint8Array): Uint8Array | undefined {
  const blocks = unlessThrown(KeyError, () => decodePem(input)) ?? []
  const [block, ...others] = blocks.filter(({ label }) => label === 'PKCS7' || label === 'CMS')
  return others.length === 0 ? block?.bytes : undefined
}

/** The identifier octet of a SEQUENCE, with which CMS begins, and no header. */
const sequence = 0x30

function structure(bytes: Uint8Array, depth: number): Promise<PartStructure> {
  return bytes[0] === sequence
    ? withCms({ octets: bytes.length, defects: [], parts: [] }, bytes, depth)
    : partStructure(parseEntity(bytes), depth)
}

async function partStructure(entity: Entity, depth: number): Promise<PartStructure> {
  const { contentType, transferEncoding, defects, parts } = entity
  const part = {
    type: `${contentType.type}/${contentType.subtype}`,
    transferEncoding,
    octets: entity.body.length,
    defects,
    parts: await Promise.all(parts.map((each) => partStructure(each, depth))),
  }
  if (depth === 0) return part
  const message = unwrapMessage(entity)
  if (message) return { ...part, parts: [await structure(message, depth - 1)] }
  if (contentType.type !== 'application') return part
  const body = decodeBody(entity)
  const isCms = body[0] === sequence || /^(x-)?pkcs7-/.test(contentType.subtype)
  return isCms ? withCms(part, body, depth) : part
}

async function withCms(part: PartStructure, bytes: Uint8Array, depth: number): Promise<PartStructure> {
  const { structure: cms, content } = await cmsLayer(bytes)
  return { ...part, cms, parts: content && depth > 0 ? [await structure(content, depth - 1)] : [] }
}

/** Whether something in it is bent or cannot be read. */
export function isDamaged({ defects, cms, parts }: PartStructure): boolean {
  const isBroken = cms?.type === 'unreadable' || (cms?.type === 'signedData' && cms.unreadableCertificates > 0)
  return defects.length > 0 || isBroken || parts.some(isDamaged)
}
