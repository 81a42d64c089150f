import type { Header, Mailbox } from '../mime/index.js'
import type { VerifiedEntity } from '../smime/index.js'
import { bindsTo, type TrustPolicy } from '../trust/index.js'
import type { Step } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import { authorOf, soleMailbox } from './message.js'
import type { Policy } from './policy.js'
import { failed, passed } from './reasons.js'

/** Who wrote a message, and which of its signers may say so. */
export interface Authorship {
  readonly from: Mailbox
  /** The address that was signed for: that of From; that of Sender, where the policy lets it. */
  readonly author: string
  /** At least one. */
  readonly signers: readonly Certificate[]
  readonly steps: readonly Step[]
}

/** Looks for the author of a message among those for whom its signers may speak (AS-84, AS-85); the steps alone when there is none. */
export function authorshipOf(
  verified: VerifiedEntity,
  header: Header,
  { acceptSender, trust }: Pick<Policy, 'acceptSender' | 'trust'>,
): Authorship | Pick<Authorship, 'steps'> {
  const from = authorOf(header)
  if (!from) return { steps: [failed('author-unclear')] }
  const own = signersOf(verified, from.address, trust)
  if (own.signers.length > 0) {
    return { from, author: from.address, ...own, steps: [passed('author-bound', { address: from.address }, own.steps)] }
  }
  const sender = acceptSender ? soleMailbox(header, 'Sender')?.address : undefined
  const others = sender === undefined ? own : signersOf(verified, sender, trust)
  if (sender === undefined || others.signers.length === 0) return { steps: own.steps }
  return { from, author: sender, ...others, steps: [passed('sender-bound', { address: sender }, others.steps)] }
}

/** Those signers who may speak for an address; one is enough (AS-84). */
function signersOf(
  { signers }: VerifiedEntity,
  address: string,
  policy: TrustPolicy,
): Pick<Authorship, 'signers' | 'steps'> {
  const answers = signers.map(({ certificate }) => ({ certificate, binding: bindsTo(certificate, address, policy) }))
  return {
    signers: answers.filter(({ binding }) => binding.ok).map(({ certificate }) => certificate),
    steps: answers.flatMap(({ binding }) => binding.explanation.steps),
  }
}
