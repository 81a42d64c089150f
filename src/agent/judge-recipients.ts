import { equal } from '../bytes/index.js'
import { addressKey, distinctAddresses, withoutTag } from '../mime/index.js'
import { isSameAnchor, type TrustAnchor } from '../path/index.js'
import type { VerifiedEntity } from '../smime/index.js'
import { type AnchorQuery, type JudgedCertificate, judgeWithRetrieval } from '../trust/index.js'
import type { Step } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import type { TrustedRecipient } from './evidence.js'
import { inBatches } from './in-batches.js'
import type { Letter } from './letter.js'
import type { LocalRecipient } from './local-recipients.js'
import { mailboxesOf } from './message.js'
import type { OpenedRecipient, RejectedLocalRecipient } from './opened.js'
import { ask, mailboxesBehind, type Ports } from './ports.js'
import { failed, type LocalRecipientProblem, type MessageProblem, passed } from './reasons.js'

/** What came with the message, trusted by nobody: certificates, and what tells whether they were revoked. */
export type Pool = Pick<VerifiedEntity, 'certificates' | 'crls' | 'ocspResponses'>

export interface Question {
  readonly author: string
  readonly signers: readonly Certificate[]
  readonly about: AnchorQuery['about']
  readonly letter: Letter
  /** Whether what is trusted as a notification alone is about a message of ours (AS-90). */
  readonly isAboutOurs: () => Promise<boolean>
}

export interface JudgedRecipients {
  readonly recipients: readonly OpenedRecipient[]
  /** The same, each with what its trust rests on. */
  readonly trusted: readonly TrustedRecipient[]
  readonly rejected: readonly RejectedLocalRecipient[]
  readonly steps: readonly Step[]
}

type Trusting = OpenedRecipient & TrustedRecipient

type Answer = Trusting | RejectedLocalRecipient

/**
 * Decides for each local recipient: opened with its own key (AS-61), named by the signed message (AS-46), trusting the
 * signer (AS-87).
 *
 * @param opened - the certificates whose keys opened the message.
 */
export async function judgeRecipients(
  locals: readonly LocalRecipient[],
  question: Question,
  opened: readonly Certificate[],
  pool: Pool,
  ports: Ports,
): Promise<JudgedRecipients> {
  const named = await namedBy(question.letter, locals, ports)
  const judge = onceForEachTrust(question, pool, ports)
  const answers = await Promise.all(
    locals.map(async ({ address, credentials }): Promise<Answer> => {
      const own =
        ports.policy.anyLocalKey ||
        credentials.some(({ certificate }) => opened.some((other) => equal(certificate.bytes, other.bytes)))
      if (!own) return no(address, 'not-decryptable')
      if (named && !named.recipients.has(recipientKey(address))) return no(address, 'not-addressed')
      const signedAs = named?.spellings.get(addressKey(address)) ?? address
      const answer = await trustOf(signedAs, question, judge, ports)
      return 'code' in answer ? answer : { ...answer, mailbox: address }
    }),
  )
  const accepted = answers.filter((answer): answer is Trusting => !('code' in answer))
  return {
    recipients: accepted.map(({ judged: _, ...recipient }) => recipient),
    trusted: accepted.map(({ address, judged }) => ({ address, judged })),
    rejected: answers.filter((answer): answer is RejectedLocalRecipient => 'code' in answer),
    steps: answers.flatMap(({ explanation }) => explanation.steps),
  }
}

async function trustOf(
  address: string,
  { about, isAboutOurs }: Question,
  judge: Judge,
  ports: Ports,
): Promise<Omit<Trusting, 'mailbox'> | RejectedLocalRecipient> {
  const trustFor = async (what: Question['about']) => {
    const query = { address, direction: 'incoming', about: what, at: ports.at } as const
    return judge(await ask('trust-store-failed', () => ports.trust.anchors(query), ports.signal))
  }
  const { judged, isTemporary, steps } = await trustFor(about)
  if (!judged) return no(address, isTemporary ? 'revocation-unknown' : 'untrusted', steps)
  const fieldsAlone = about === 'notification' && !(await trustFor('message')).judged
  if (fieldsAlone && !(await isAboutOurs())) return no(address, 'untrusted', [...steps, failed('not-ours')])
  const trusts = passed(fieldsAlone ? 'recipient-trusts-fields' : 'recipient-trusts', { address }, steps)
  const explanation = { code: 'accepted', steps: [trusts] } as const
  return { address, duplicate: false, ...(fieldsAlone && { fieldsAlone }), explanation, judged }
}

interface Trust {
  /** What the trust rests on. */
  readonly judged?: JudgedCertificate
  /** Not trusted for now: something that might have told did not answer. */
  readonly isTemporary: boolean
  readonly steps: readonly Step[]
}

type Judge = (anchors: readonly TrustAnchor[]) => Promise<Trust>

/**
 * Recipients who trust the same anchors get the same answer, and it is looked for once: else a message to a thousand
 * recipients with many signers would be a thousand times the work.
 */
function onceForEachTrust(question: Question, pool: Pool, ports: Ports): Judge {
  const known: { readonly anchors: readonly TrustAnchor[]; readonly trust: Promise<Trust> }[] = []
  return (anchors) => {
    const before = known.find((other) => sameAnchors(other.anchors, anchors))
    if (before) return before.trust
    const trust = judgeSigners(question, anchors, pool, ports)
    known.push({ anchors, trust })
    return trust
  }
}

function sameAnchors(some: readonly TrustAnchor[], others: readonly TrustAnchor[]): boolean {
  if (some === others) return true
  return some.length === others.length && some.every((anchor, index) => isSameAnchor(anchor, others[index]!))
}

/** One signer who leads to an anchor is enough; the failures of others are told when none does (AS-84, AS-87). */
async function judgeSigners(
  { author, signers }: Question,
  anchors: readonly TrustAnchor[],
  pool: Pool,
  ports: Ports,
): Promise<Trust> {
  const { crypto, at, now, policy, caches } = ports
  const { certificates, crls, ocspResponses } = pool
  const evidence = { crypto, at, gatheredAt: now, anchors, caches, certificates, crls, ocspResponses }
  const steps: Step[] = []
  let isTemporary = false
  for (const certificate of signers) {
    const signer = { certificate, address: author, use: 'signing' } as const
    const verdict = await judgeWithRetrieval(signer, evidence, policy.trust, ports)
    if (verdict.ok) {
      const { explanation, ok: _, wants: __, ...judged } = verdict
      return { judged, isTemporary: false, steps: explanation.steps }
    }
    isTemporary ||= verdict.temporary
    steps.push(...verdict.explanation.steps)
  }
  return { isTemporary, steps }
}

interface NamedRecipients {
  /** Without tags, for which a recipient may have been written to (AS-2). */
  readonly recipients: ReadonlySet<string>
  /** As they were signed: what carried the message may have changed the case of an address, or put one for an alias. */
  readonly spellings: ReadonlyMap<string, string>
}

/**
 * The recipients that the signature covers, and the mailboxes behind those of them that are aliases and groups of ours;
 * nothing when it does not cover the header (AS-46, AS-49).
 */
async function namedBy(
  { header, protection }: Letter,
  locals: readonly LocalRecipient[],
  ports: Ports,
): Promise<NamedRecipients | undefined> {
  if (protection === 'none') return undefined
  const names = ['To', 'Cc', 'Bcc', 'Resent-To', 'Resent-Cc', 'Resent-Bcc']
  const addresses = names.flatMap((name) => mailboxesOf(header, name)).map(({ address }) => address)
  const recipients = new Set(addresses.map(recipientKey))
  const all = locals.every(({ address }) => recipients.has(recipientKey(address)))
  const aliases = all ? [] : await aliasesAmong(addresses, ports)
  return {
    recipients: new Set([...recipients, ...aliases.map(({ mailbox }) => recipientKey(mailbox))]),
    spellings: new Map([
      ...aliases.map(({ alias, mailbox }) => [addressKey(mailbox), alias] as const),
      ...addresses.map((address) => [addressKey(address), address] as const),
    ]),
  }
}

/** Addresses of a signed header that are looked up: a stranger chose their number. */
const maxAliases = 1000

async function aliasesAmong(
  addresses: readonly string[],
  ports: Ports,
): Promise<readonly { readonly alias: string; readonly mailbox: string }[]> {
  const behind = await inBatches(distinctAddresses(addresses).slice(0, maxAliases), async (alias) =>
    (await mailboxesBehind(alias, ports)).map((mailbox) => ({ alias, mailbox })),
  )
  return behind.flat()
}

function recipientKey(address: string): string {
  return addressKey(withoutTag(address))
}

/** What is said of the whole message when no recipient may have it: the reason of the one who came furthest. */
export function verdictOf(rejected: readonly RejectedLocalRecipient[]): MessageProblem {
  const codes = rejected.map(({ code }) => code)
  if (codes.includes('revocation-unknown')) return 'revocation-unknown'
  if (codes.includes('untrusted')) return 'untrusted'
  return codes.includes('not-addressed') ? 'tampered' : 'not-decryptable'
}

function no(address: string, code: LocalRecipientProblem, steps: readonly Step[] = []): RejectedLocalRecipient {
  return { address, code, explanation: { code, steps: [failed(code, { address }, steps)] } }
}
