import type { Notification } from '../notification/index.js'
import { ask, type Ports } from './ports.js'

/**
 * Whether a message of ours, by its Message-ID, went to one of these recipients: `tracker.isOurs` knows.
 *
 * It is asked about notifications of those who may be written to and may not write (AS-90).
 */
export type IsOurs = (
  about: { readonly messageId: string; readonly recipients: readonly string[] },
  options: { readonly signal?: AbortSignal },
) => Promise<boolean>

/**
 * Whether a notification is about a message of ours, as far as anybody keeps a list.
 *
 * @param spokenFor - the recipients for whom its signer may speak.
 */
export async function isAboutOurs(
  { originalMessageId: messageId }: Notification,
  spokenFor: readonly string[],
  { isOurs, signal }: Ports,
): Promise<boolean> {
  if (!isOurs) return true
  if (messageId === undefined || spokenFor.length === 0) return false
  const about = { messageId, recipients: spokenFor }
  return ask('sent-store-failed', () => isOurs(about, signal ? { signal } : {}), signal)
}
