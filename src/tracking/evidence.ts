import { encodeHex, encodeUtf8 } from '../bytes/index.js'
import { recipientKey } from '../notification/index.js'
import type { Mark, MarkName, OutcomeReason, TrackedRecipient } from './state.js'

/** How people are named in evidence and reports. */
export interface Naming {
  /** HMAC-SHA-256 under this key in place of every address; without it, addresses in the clear. */
  readonly key?: CryptoKey
}

/** Addresses as they are written into evidence. */
export interface Names {
  readonly form: 'address' | 'hmac-sha-256'
  name(address: string): Promise<string>
}

export function namesIn({ key }: Naming, crypto: { readonly subtle: Pick<SubtleCrypto, 'sign'> }): Names {
  if (!key) return { form: 'address', name: async (address) => address }
  return {
    form: 'hmac-sha-256',
    // Of the form that is compared, so that one recipient has one name however it was spelled.
    name: async (address) =>
      encodeHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encodeUtf8(recipientKey(address) || address)))),
  }
}

/** All that can be proven of a message. Its schema is `docs/tracking-evidence.schema.json`. Times are in UTC, by RFC 3339. */
export interface Evidence {
  readonly format: 'direct-smime/tracking-evidence'
  readonly version: 1
  readonly messageId: string
  /** Whether people are named by address or by HMAC, 64 digits in hex. */
  readonly names: 'address' | 'hmac-sha-256'
  readonly recipients: readonly EvidenceRecipient[]
}

export interface EvidenceRecipient {
  readonly recipient: string
  readonly author: string
  readonly correlationId?: string
  /** Digest of the message as it was signed, SHA-256 in hex. */
  readonly digest?: string
  readonly expects: 'delivery' | 'processing'
  readonly sentAt: string
  readonly timeLimitAt: string
  /** What was heard, in the order of time. */
  readonly marks: readonly EvidenceMark[]
  /** Absent while it is open. */
  readonly outcome?: {
    readonly result: 'delivered' | 'processed' | 'failed'
    readonly reason: OutcomeReason
    readonly at: string
    readonly status?: string
  }
  readonly toldAt?: string
}

export interface EvidenceMark {
  readonly name: MarkName
  readonly at: string
  readonly status?: string
  readonly author?: string
  /** Digests of certificates, SHA-256 in hex. */
  readonly signedBy?: readonly string[]
  /** Digest of the notification as it was signed, SHA-256 in hex. */
  readonly digest?: string
}

/** @returns nothing when the message was sent to nobody. */
export async function evidenceOf(
  messageId: string,
  known: readonly TrackedRecipient[],
  names: Names,
): Promise<Evidence | undefined> {
  const recipients = (await Promise.all(known.map((one) => recipientOf(one, names)))).filter((one) => one !== undefined)
  if (recipients.length === 0) return undefined
  return {
    format: 'direct-smime/tracking-evidence',
    version: 1,
    messageId,
    names: names.form,
    recipients: recipients.sort((a, b) => (a.recipient < b.recipient ? -1 : 1)),
  }
}

async function recipientOf(known: TrackedRecipient, names: Names): Promise<EvidenceRecipient | undefined> {
  const { sent, marks, outcome, toldAt } = known
  if (!sent) return undefined
  const heard = Object.entries(marks) as readonly [MarkName, Mark][]
  const inOrder = [...heard].sort(([a, one], [b, other]) => one.at - other.at || (a < b ? -1 : 1))
  return {
    recipient: await names.name(sent.address),
    author: await names.name(sent.author),
    ...(sent.correlationId !== undefined && { correlationId: sent.correlationId }),
    ...(sent.digest !== undefined && { digest: sent.digest }),
    expects: sent.expects,
    sentAt: timeOf(sent.at),
    timeLimitAt: timeOf(sent.at + sent.timeLimitMs),
    marks: await Promise.all(inOrder.map(([name, mark]) => markOf(name, mark, names))),
    ...(outcome && { outcome: { ...outcome, at: timeOf(outcome.at) } }),
    ...(toldAt !== undefined && { toldAt: timeOf(toldAt) }),
  }
}

async function markOf(name: MarkName, mark: Mark, names: Names): Promise<EvidenceMark> {
  const { at, author, ...rest } = mark
  return { name, at: timeOf(at), ...rest, ...(author !== undefined && { author: await names.name(author) }) }
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}
