import { unlessThrown } from '../errors/index.js'
import { type Entity, type Header, MimeError, parseEntity, unwrapMessage } from '../mime/index.js'
import { decompressEntity } from '../smime/index.js'
import type { Step } from '../verdict/index.js'
import { defaultMaxMessageBytes } from './limits.js'
import type { MessageHeader } from './message.js'
import type { Ports } from './ports.js'
import { type MessageProblem, passed, unknown } from './reasons.js'

/** A header and what it belongs to, as far as they were signed. */
export interface Letter {
  readonly header: Header
  readonly entity: Entity
  readonly protection: MessageHeader['protection']
  readonly step: Step
}

/** Reads what came in; a code when that cannot be. */
export function readMessage(raw: Uint8Array, { limits }: Ports): Entity | MessageProblem {
  if (raw.length > (limits.maxMessageBytes ?? defaultMaxMessageBytes)) return 'too-large'
  return unlessThrown(MimeError, () => parseEntity(raw, limits)) ?? 'malformed'
}

/**
 * Takes off compression, which may stand before the signature or behind it and vouches for nothing: one layer, up to the
 * size that a message may have (RFC 8551 §3.6). No entity when it does not open.
 */
export async function expand(
  entity: Entity,
  { limits }: Ports,
): Promise<{ readonly entity?: Entity; readonly steps: readonly Step[] }> {
  const maxContentBytes = limits.maxMessageBytes ?? defaultMaxMessageBytes
  const expanded = await decompressEntity(entity, { ...limits, maxContentBytes })
  if (expanded.ok) return { entity: expanded.entity, steps: expanded.explanation.steps }
  return expanded.code === 'not-compressed' ? { entity, steps: [] } : { steps: expanded.explanation.steps }
}

/** Takes the message out of its wrapping, once; what lies deeper is content (AS-48). */
export function unwrap(outer: Entity, content: Entity, { limits }: Ports): Letter | undefined {
  const inner = unwrapMessage(content)
  if (!inner) return { header: outer.header, entity: content, protection: 'none', step: unknown('not-wrapped') }
  const entity = unlessThrown(MimeError, () => parseEntity(inner, limits))
  return entity && { header: entity.header, entity, protection: 'signed', step: passed('wrapped') }
}
