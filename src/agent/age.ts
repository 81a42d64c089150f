import type { VerifiedSigner } from '../cms/index.js'
import { fieldBody, parseDate } from '../mime/index.js'
import type { Letter } from './letter.js'
import type { Ports } from './ports.js'

/**
 * Whether a message came in longer after it was signed or dated than the policy allows. A time that nobody signed, or
 * that is not said, does not count; the oldest of the others does.
 */
export function isTooOld(
  signers: readonly VerifiedSigner[],
  { header, protection }: Letter,
  { at, policy: { maxAgeMs = Infinity } }: Pick<Ports, 'at' | 'policy'>,
): boolean {
  const date = protection === 'signed' ? parseDate(fieldBody(header, 'Date') ?? '') : undefined
  const times = [date ?? [], signers.map(({ signingTime }) => signingTime ?? [])].flat(2)
  return times.some((time) => at - time > maxAgeMs)
}
