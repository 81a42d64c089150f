import { encodeHex, encodeUtf8 } from '../bytes/index.js'
import type { CryptoProvider } from '../crypto/index.js'
import { DirectError } from '../errors/index.js'
import { addressKey, domainOf } from '../mime/index.js'
import type { Opened } from './opened.js'
import type { LocalRecipientProblem, MessageProblem, PortProblem, RecipientProblem } from './reasons.js'
import type { Sealed } from './sealed.js'

/**
 * Somebody, for counting: HMAC-SHA-256 of the address and of its domain, the first 16 octets in hex, under the key of the
 * agent. Without that key nobody can tell which of some thousand known addresses it is.
 */
export interface Peer {
  readonly address: string
  readonly domain: string
}

/** When, and how the caller calls it. */
export interface Occurrence {
  /** The instant of the journey, in milliseconds since 1970. */
  readonly at: number
  readonly correlationId?: string
}

/** What happened, without an address, a name or any content: for logs and metrics. */
export type AgentEvent = Occurrence & Happening

type Happening =
  | {
      readonly type: 'sealed' | 'acknowledged'
      /** How many messages there are for SMTP. */
      readonly messages: number
      readonly accepted: readonly Peer[]
      readonly rejected: readonly {
        readonly peer: Peer
        readonly code: RecipientProblem
        readonly temporary: boolean
      }[]
    }
  | {
      readonly type: 'opened'
      readonly kind: 'message' | 'notification'
      readonly author: Peer
      readonly recipients: readonly { readonly peer: Peer; readonly duplicate: boolean }[]
      readonly rejected: readonly { readonly peer: Peer; readonly code: LocalRecipientProblem }[]
    }
  | { readonly type: 'opened'; readonly kind: 'deferred'; readonly code: PortProblem }
  | { readonly type: 'opened'; readonly kind: 'rejected'; readonly code: MessageProblem }
  | {
      readonly type: 'failed'
      readonly journey: Journey
      /** `ERR_…`; absent for what is no error of this library. */
      readonly code?: string
    }

type Journey = 'sealed' | 'opened' | 'acknowledged'
type SealedPart = Pick<Sealed, 'messages' | 'accepted' | 'rejected'>

/** Told of every journey when it has ended. What it throws changes nothing. */
export type EventHandler = (event: AgentEvent) => void

/** Runs a journey and tells of it, whether it ends well or not. */
export type Watch = <Answer extends SealedPart | Opened>(
  journey: Journey,
  when: Occurrence,
  run: () => Promise<Answer>,
) => Promise<Answer>

/** Without a handler journeys are only run. */
export function watching(
  onEvent: EventHandler | undefined,
  eventKey: Uint8Array | undefined,
  crypto: CryptoProvider,
): Watch {
  if (!onEvent) return (_journey, _when, run) => run()
  const peerOf = pseudonyms(eventKey ?? crypto.getRandomValues(new Uint8Array(32)), crypto)
  return async (journey, when, run) => {
    try {
      const answer = await run()
      tell(onEvent, { ...when, ...(await happening(journey, answer, peerOf)) })
      return answer
    } catch (error) {
      tell(onEvent, { ...when, type: 'failed', journey, ...(error instanceof DirectError && { code: error.code }) })
      throw error
    }
  }
}

async function happening(journey: Journey, answer: SealedPart | Opened, peerOf: PeerOf): Promise<Happening> {
  if (!('kind' in answer)) return sealedPart(journey === 'sealed' ? 'sealed' : 'acknowledged', answer, peerOf)
  if (answer.kind === 'deferred') return { type: 'opened', kind: answer.kind, code: answer.code }
  if (answer.kind === 'rejected') return { type: 'opened', kind: answer.kind, code: answer.code }
  const { kind, recipients, rejected } = answer
  return {
    type: 'opened',
    kind,
    author: await peerOf(answer.kind === 'message' ? answer.message.author : answer.author),
    recipients: await Promise.all(
      recipients.map(async ({ address, duplicate }) => ({ peer: await peerOf(address), duplicate })),
    ),
    rejected: await Promise.all(rejected.map(async ({ address, code }) => ({ peer: await peerOf(address), code }))),
  }
}

async function sealedPart(
  type: 'sealed' | 'acknowledged',
  { messages, accepted, rejected }: SealedPart,
  peerOf: PeerOf,
): Promise<Happening> {
  return {
    type,
    messages: messages.length,
    accepted: await Promise.all(accepted.map(({ address }) => peerOf(address))),
    rejected: await Promise.all(
      rejected.map(async ({ address, code, temporary }) => ({ peer: await peerOf(address), code, temporary })),
    ),
  }
}

/** A handler stands outside: neither what it throws nor what it rejects with later may touch a verdict. */
function tell(onEvent: (event: AgentEvent) => unknown, event: AgentEvent): void {
  try {
    const later = onEvent(event)
    if (later instanceof Promise) later.catch(() => undefined)
  } catch {
    // There is nobody to tell: whoever listens is the one who failed.
  }
}

type PeerOf = (address: string) => Promise<Peer>

function pseudonyms(secret: Uint8Array, { subtle }: CryptoProvider): PeerOf {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = subtle.importKey('raw', Uint8Array.from(secret), algorithm, false, ['sign'])
  const hash = async (text: string) =>
    encodeHex(new Uint8Array(await subtle.sign('HMAC', await key, encodeUtf8(text))).subarray(0, 16))
  return async (address) => ({ address: await hash(addressKey(address)), domain: await hash(domainOf(address)) })
}
