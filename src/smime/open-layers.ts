import type {
  DecompressionLimits,
  DecryptionPorts,
  Recipient,
  VerificationPorts,
  VerifiedSigner,
} from '../cms/index.js'
import type { Entity, MimeLimits } from '../mime/index.js'
import { accept, refuse, type Step, type Verdict } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import { decompressEntity } from './compress-entity.js'
import { decryptEntity } from './decrypt-entity.js'
import { contentTypeOf, pkcs7Body } from './pkcs7.js'
import { failed, type LayerProblem } from './reasons.js'
import { verifyEntity } from './verify-entity.js'

/** One layer that was taken off. */
export type Layer =
  | { readonly type: 'encrypted'; readonly certificates: readonly Certificate[] }
  | { readonly type: 'compressed' }
  | {
      readonly type: 'signed'
      readonly signers: readonly VerifiedSigner[]
      readonly certificates: readonly Certificate[]
    }

export interface OpenedLayers {
  /** What lies below all layers, read from what the innermost signature covers. */
  readonly content: Entity
  /** The outermost first. */
  readonly layers: readonly Layer[]
}

export interface LayerLimits extends MimeLimits, DecompressionLimits {
  /** Layers in all. Default 5: signed, encrypted and signed again (RFC 2634), each time compressed but for the last. */
  readonly maxLayers: number
}

export interface LayerPorts {
  readonly crypto: DecryptionPorts['crypto']
  readonly algorithms: DecryptionPorts['algorithms'] & VerificationPorts['algorithms']
  readonly limits?: Partial<LayerLimits>
  readonly signal?: AbortSignal
}

const defaultMaxLayers = 5

/**
 * Takes off every layer of S/MIME, however they are nested: a caller who asks for it trusts that none of them deceives.
 * The agent does not: it opens one encryption and one signature, and what lies below is content (AS-48).
 *
 * Only an entity that is a layer as a whole is opened, never a part of one. What was decrypted is handed out only when a
 * signature inside the innermost encryption covers it: text put together around a stranger's ciphertext comes to nothing.
 *
 * @throws whatever a {@link Decrypter} throws: the key could not be reached.
 * @see RFC 8551 §3.7, RFC 2634 §1.1
 */
export async function openLayers(
  entity: Entity,
  recipients: readonly Recipient[],
  ports: LayerPorts,
): Promise<Verdict<OpenedLayers, LayerProblem>> {
  const maxLayers = ports.limits?.maxLayers ?? defaultMaxLayers
  const layers: Layer[] = []
  const steps: Step[] = []
  let content = entity
  for (let type = layerOf(content); type; type = layerOf(content)) {
    if (layers.length >= maxLayers) return refuse('too-many-layers', [...steps, failed('too-many-layers')])
    const opened = await openers[type](content, recipients, ports)
    steps.push(...opened.explanation.steps)
    if (!opened.ok) return refuse(opened.code, steps)
    layers.push(opened.layer)
    content = opened.content
  }
  const innermost = layers.findLast((layer) => layer.type !== 'compressed')
  if (innermost?.type !== 'signed') return refuse('not-signed', [...steps, failed('not-signed')])
  return accept({ content, layers }, steps)
}

/** Which layer an entity is; nothing when it is content. */
function layerOf(entity: Entity): Layer['type'] | undefined {
  const { type, subtype } = entity.contentType
  if (type === 'multipart') return subtype === 'signed' ? 'signed' : undefined
  const bytes = pkcs7Body(entity)
  if (!bytes) return undefined
  const contentType = contentTypeOf(bytes)
  if (contentType === 'signedData') return 'signed'
  return contentType === 'compressedData' ? 'compressed' : 'encrypted'
}

type Opener = (
  entity: Entity,
  recipients: readonly Recipient[],
  ports: LayerPorts,
) => Promise<Verdict<{ readonly layer: Layer; readonly content: Entity }, LayerProblem>>

const openers: Readonly<Record<Layer['type'], Opener>> = {
  async encrypted(entity, recipients, ports) {
    const opened = await decryptEntity(entity, recipients, ports)
    if (!opened.ok) return opened
    const { certificates, explanation } = opened
    return accept({ layer: { type: 'encrypted', certificates }, content: opened.entity }, explanation.steps)
  },
  async compressed(entity, _, ports) {
    const opened = await decompressEntity(entity, ports.limits)
    return opened.ok
      ? accept({ layer: { type: 'compressed' }, content: opened.entity }, opened.explanation.steps)
      : opened
  },
  async signed(entity, _, ports) {
    const opened = await verifyEntity(entity, ports)
    if (!opened.ok) return opened
    const { signers, certificates, content, explanation } = opened
    return accept({ layer: { type: 'signed', signers, certificates }, content }, explanation.steps)
  },
}
