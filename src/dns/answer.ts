import { unlessThrown } from '../errors/index.js'
import { DnsError } from './errors.js'
import { type DnsHead, type DnsMessage, parseHead, parseMessage } from './message.js'
import { isSameName } from './name.js'
import type { Question } from './question.js'
import type { DnsRecord } from './record.js'

/** What became of a question. */
export interface DnsAnswer {
  /** `no-name`: there is no such name; `no-data`: there is, without a record of the type. */
  readonly kind: 'records' | 'no-name' | 'no-data'
  /** Those of the type that was asked for. */
  readonly records: readonly DnsRecord[]
  /** How long it may be believed, in seconds. */
  readonly ttl: number
}

/** What a message says to a question. */
export type DnsReading =
  /** It is no answer to it: somebody else's, or forged. It is waited on. */
  | { readonly kind: 'ignored' }
  /** Ask again, over TCP. */
  | { readonly kind: 'truncated' }
  /** The server cannot or will not tell (DISC-7). */
  | { readonly kind: 'failed'; readonly responseCode: number }
  /** The name is another one for this, about which nothing more was said. */
  | { readonly kind: 'alias'; readonly target: string; readonly ttl: number }
  | DnsAnswer

const noSuchName = 3

/** Aliases that are followed within one message. */
const maxAliases = 8

/**
 * Reads what bytes say to a question. They are only believed with the number of the question and the question itself in
 * them; what is malformed is ignored like what is forged.
 *
 * @see RFC 1035 §7.3, RFC 5452 §4.2, RFC 2308 §2
 */
export function readAnswer(asked: { readonly id: number; readonly question: Question }, bytes: Uint8Array): DnsReading {
  const head = unlessThrown(DnsError, () => parseHead(bytes))
  if (!head || !isAnswerTo(head, asked)) return { kind: 'ignored' }
  if (head.isTruncated) return { kind: 'truncated' }
  const message = unlessThrown(DnsError, () => parseMessage(bytes))
  if (!message) return { kind: 'ignored' }
  const { responseCode } = message
  if (responseCode !== 0 && responseCode !== noSuchName) return { kind: 'failed', responseCode }
  return answerIn(message, asked.question)
}

function isAnswerTo(
  { id, isResponse, opcode, questions }: DnsHead,
  { id: asked, question }: { readonly id: number; readonly question: Question },
): boolean {
  const [echo, ...others] = questions
  if (!isResponse || id !== asked || opcode !== 0 || !echo || others.length > 0) return false
  return isSameName(echo.name, question.name) && echo.type === question.type
}

function answerIn({ answers, authorities, responseCode }: DnsMessage, { name, type }: Question): DnsReading {
  const ttls: number[] = []
  let owner = name
  for (let hops = 0; hops <= maxAliases; hops++) {
    const own = answers.filter((record) => isSameName(record.name, owner))
    const records = own.filter((record) => record.type === type)
    if (records.length > 0) return { kind: 'records', records, ttl: least([...ttls, ...records.map(({ ttl }) => ttl)]) }
    const alias = own.find((record) => record.type === 'CNAME')
    if (alias?.type !== 'CNAME') break
    ttls.push(alias.ttl)
    owner = alias.target
  }
  // Nothing was said about where the aliases lead: neither that it exists nor that it does not.
  const negative = soaTtl(authorities)
  if (responseCode === 0 && ttls.length > 0 && negative === undefined) {
    return { kind: 'alias', target: owner, ttl: least(ttls) }
  }
  const kind = responseCode === noSuchName ? 'no-name' : 'no-data'
  return { kind, records: [], ttl: least([...ttls, negative ?? 0]) }
}

/** How long it may be believed that something is not there. @see RFC 2308 §5 */
function soaTtl(authorities: readonly DnsRecord[]): number | undefined {
  const soa = authorities.find((record) => record.type === 'SOA')
  return soa?.type === 'SOA' ? Math.min(soa.ttl, soa.minimum) : undefined
}

function least(ttls: readonly number[]): number {
  return Math.min(...ttls)
}
