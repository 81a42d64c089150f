import { encodeHex, encodeUtf8 } from '../bytes/index.js'
import { computeDigest } from '../crypto/index.js'
import { addressKey } from '../mime/index.js'
import type { Step } from '../verdict/index.js'
import type { OpenedRecipient } from './opened.js'
import { ask, type Ports } from './ports.js'
import { passed, skipped, unknown } from './reasons.js'

/**
 * Remembers which messages were opened for whom, so that a message that comes twice is delivered once. A database or a
 * cache that several processes share is another object of this shape; what it throws defers the message.
 */
export interface SeenStore {
  /**
   * Keeps a value under a key unless there is one already, in one step that nothing comes between.
   *
   * @param key - a digest in hex: it tells nobody an address.
   * @param at - when the message came in, in milliseconds since 1970: for forgetting what is older than `maxAgeMs`.
   * @returns the value that was there before; nothing when this one is kept.
   */
  keep(key: string, value: string, at: number): Promise<string | undefined>
}

/** What is compared: the same message has the same author and identifier, and the same octets. */
export interface SeenMessage {
  readonly author: string
  readonly messageId: string | undefined
  /** What was signed. */
  readonly content: Uint8Array
  /** The caller's name for this delivery. */
  readonly correlationId: string | undefined
}

/**
 * Looks which recipients had the message before. Without a store, or an identifier to know it by, that is not checked,
 * and the explanation says so.
 *
 * The same delivery opened again, as after a crash, is no duplicate: it is known by its correlationId.
 */
export async function markDuplicates(
  recipients: readonly OpenedRecipient[],
  message: SeenMessage,
  ports: Ports,
): Promise<{ readonly recipients: readonly OpenedRecipient[]; readonly steps: readonly Step[] }> {
  const { seen, crypto, at, signal } = ports
  const { author, messageId, content, correlationId = '' } = message
  if (!seen || messageId === undefined) return { recipients, steps: [skipped('replay-not-checked')] }
  const digest = async (bytes: Uint8Array) => encodeHex(await computeDigest(crypto, 'SHA-256', bytes))
  const octets = await digest(content)
  const answers = await Promise.all(
    recipients.map(async (recipient) => {
      const key = await digest(
        encodeUtf8(JSON.stringify([addressKey(author), messageId, addressKey(recipient.address)])),
      )
      const before = await ask('seen-store-failed', () => seen.keep(key, `${octets} ${correlationId}`, at), signal)
      return { recipient, ...compared(before, octets, correlationId) }
    }),
  )
  return {
    recipients: answers.map(({ recipient, outcome }) => ({ ...recipient, duplicate: outcome === 'duplicate' })),
    steps: answers.map(({ recipient: { address }, outcome }) =>
      outcome === 'first' ? passed('first-delivery', { address }) : unknown(outcome, { address }),
    ),
  }
}

type Outcome = 'first' | 'duplicate' | 'message-id-conflict'

function compared(before: string | undefined, octets: string, correlationId: string): { readonly outcome: Outcome } {
  if (before === undefined) return { outcome: 'first' }
  const [octetsBefore, ...rest] = before.split(' ')
  if (octetsBefore !== octets) return { outcome: 'message-id-conflict' }
  return { outcome: correlationId !== '' && rest.join(' ') === correlationId ? 'first' : 'duplicate' }
}

/**
 * A store in the memory of one process, for tests and for those who have one process alone.
 *
 * @param maxEntries - the oldest are forgotten beyond it. Default 100,000.
 */
export function seenInMemory({ maxEntries = 100_000 }: { readonly maxEntries?: number } = {}): SeenStore {
  const known = new Map<string, string>()
  return {
    async keep(key, value) {
      const before = known.get(key)
      if (before !== undefined) return before
      known.set(key, value)
      if (known.size > maxEntries) known.delete(known.keys().next().value!)
      return undefined
    },
  }
}
