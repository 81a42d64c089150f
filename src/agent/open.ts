import { parseNotification } from '../notification/index.js'
import { decryptEntity, verifyEntity } from '../smime/index.js'
import type { Step } from '../verdict/index.js'
import { isTooOld } from './age.js'
import { authorshipOf } from './author.js'
import { differencesFrom, isSentByAnother } from './differences.js'
import { evidenceOf } from './evidence.js'
import { isAboutOurs } from './is-ours.js'
import { judgeRecipients, verdictOf } from './judge-recipients.js'
import { expand, readMessage, unwrap } from './letter.js'
import { addressedBy, findLocalRecipients, keysOf } from './local-recipients.js'
import { messageIdOf, messageOf } from './message.js'
import type { Opened, OpenOptions, Rejected } from './opened.js'
import { PortFailure, type Ports } from './ports.js'
import { failed, type MessageProblem } from './reasons.js'
import { receiptOf, spokenFor } from './receipt.js'
import { markDuplicates } from './seen.js'

/** Opens a message. A part of the world that does not answer defers it: nothing has been decided then. */
export async function openMessage(raw: Uint8Array, options: OpenOptions, ports: Ports): Promise<Opened> {
  try {
    return await journey(raw, options, ports)
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error
    const { code, step, cause } = error
    return { kind: 'deferred', smtpAdvice: 'retry', code, explanation: { code, steps: [step] }, cause }
  }
}

/** The incoming journey. It ends at the first "no", and nothing of what was inside gets out (AS-80 to AS-87). */
async function journey(
  raw: Uint8Array,
  { envelope = {}, correlationId, final = false }: OpenOptions,
  ports: Ports,
): Promise<Opened> {
  const { crypto, policy, limits, signal } = ports
  const { algorithms } = policy
  const outer = readMessage(raw, ports)
  if (typeof outer === 'string') return rejected(outer)

  const addressed = addressedBy(outer.header, envelope)
  if (!addressed) return rejected('too-large')
  const locals = await findLocalRecipients(addressed, ports)
  if (locals.length === 0) return rejected('no-local-recipient')

  const decrypted = await decryptEntity(outer, keysOf(locals, ports), {
    crypto,
    algorithms,
    limits,
    ...(signal && { signal }),
  })
  if (!decrypted.ok) return rejected(decrypted.code, decrypted.explanation.steps)

  const signed = await expand(decrypted.entity, ports)
  if (!signed.entity) return rejected('malformed', [...decrypted.explanation.steps, ...signed.steps])
  const verified = await verifyEntity(signed.entity, { crypto, algorithms, limits })
  const opening = [...decrypted.explanation.steps, ...signed.steps, ...verified.explanation.steps]
  if (!verified.ok) return rejected(verified.code, opening)

  const content = await expand(verified.content, ports)
  opening.push(...content.steps)
  const letter = content.entity && unwrap(outer, content.entity, ports)
  if (!letter) return rejected('malformed', opening)
  if (letter.protection === 'none' && policy.requireWrapped) {
    return rejected('not-wrapped', opening)
  }

  const authorship = authorshipOf(verified, letter.header, policy)
  const reading = [...opening, letter.step, ...authorship.steps]
  if (!('author' in authorship)) return rejected('signer-not-author', reading)
  const { from, author, signers } = authorship
  if (policy.requireEnvelopeSender && isSentByAnother(envelope, author)) {
    return rejected('signer-not-author', [...reading, failed('envelope-sender-differs')])
  }

  if (isTooOld(verified.signers, letter, ports)) return rejected('too-old', reading)

  const notification = parseNotification(letter.entity)
  const speaks = notification ? spokenFor(notification, signers, policy.trust) : []
  const question = {
    author,
    signers,
    about: notification ? 'notification' : 'message',
    letter,
    isAboutOurs: async () => notification !== undefined && isAboutOurs(notification, speaks, ports),
  } as const
  const judged = await judgeRecipients(locals, question, decrypted.certificates, verified, ports)
  if (!final && judged.rejected.some(({ code }) => code === 'revocation-unknown')) {
    throw new PortFailure('evidence-unreachable', undefined, judged.steps)
  }
  const differences = differencesFrom(letter, author, outer.header, envelope)
  const answers = [...reading, ...differences, ...judged.steps]
  if (judged.recipients.length === 0) return rejected(verdictOf(judged.rejected), answers)
  if (policy.rejectTampered && judged.rejected.some(({ code }) => code === 'not-addressed')) {
    return rejected('tampered', answers)
  }

  const seen = {
    author,
    messageId: messageIdOf(letter.header),
    content: letter.entity.bytes,
    correlationId,
  }
  const { recipients, steps } = await markDuplicates(judged.recipients, seen, ports)
  const others = judged.rejected
  const evidence = await evidenceOf(verified, author, judged.trusted, ports)
  const explanation = { code: 'accepted', steps: [...answers, ...steps] } as const
  if (notification) {
    const { content: _, ...withoutContent } = evidence
    // None of them would take a message of the signer (AS-90).
    const fieldsAlone = recipients.every((recipient) => recipient.fieldsAlone)
    return {
      kind: 'notification',
      smtpAdvice: 'accept',
      notification,
      author,
      spokenFor: speaks,
      signers,
      ...(!fieldsAlone && { raw: letter.entity.bytes }),
      recipients,
      rejected: others,
      evidence: fieldsAlone ? withoutContent : evidence,
      explanation,
    }
  }
  const message = await messageOf(letter.header, letter.entity, from, author, letter.protection)
  const receipt = receiptOf(letter, author, signers, recipients, evidence, policy.trust)
  return {
    kind: 'message',
    smtpAdvice: 'accept',
    message,
    recipients,
    rejected: others,
    receipt,
    evidence,
    explanation,
  }
}

function rejected(code: MessageProblem, steps: readonly Step[] = []): Rejected {
  const said = steps.some((step) => step.code === code && step.outcome === 'failed')
  return {
    kind: 'rejected',
    smtpAdvice: 'discard',
    code,
    explanation: { code, steps: said ? steps : [...steps, failed(code)] },
  }
}
