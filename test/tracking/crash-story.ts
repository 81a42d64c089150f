import { encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import type { DispositionNotification } from '../../src/notification/index.js'
import type { HeardNotification, PreparedMessage } from '../../src/tracking/index.js'

/** What happens to message number n: of five, three are delivered, one fails, and of one nobody hears again. */
export const startedAt = 1_800_000_000_000
const fates = ['delivered', 'delivered', 'failed', 'delivered', 'lost'] as const

export function fateOf(number: number): (typeof fates)[number] {
  return fates[number % fates.length] ?? 'lost'
}

export function messageIdOf(number: number): string {
  return `<${number}@direct.clinic.example>`
}

export function addressOf(number: number): string {
  return `r${number}@direct.hospital.example`
}

/** What stands for the SHA-256 of a short text. */
export function digestOf(text: string): string {
  return encodeHex(encodeUtf8(text)).slice(-64).padStart(64, '0')
}

export function preparedOf(number: number): PreparedMessage {
  return {
    messageId: messageIdOf(number),
    author: 'ann@direct.clinic.example',
    deliveryRequested: true,
    inner: encodeUtf8(String(number)),
    accepted: [{ address: addressOf(number) }],
    rejected: [],
  }
}

const words: Readonly<Record<(typeof fates)[number], readonly string[]>> = {
  delivered: ['processed', 'dispatched'],
  failed: ['processed', 'failed'],
  lost: ['processed'],
}

export function heardOf(number: number): readonly HeardNotification[] {
  return words[fateOf(number)].map((dispositionType) => ({
    notification: mdnOf(messageIdOf(number), addressOf(number), dispositionType),
    author: addressOf(number),
    spokenFor: [addressOf(number)],
    signers: [],
    evidence: { digest: digestOf(`${number} ${dispositionType}`) },
  }))
}

/** An MDN as a parser gives it; `dispatched` says that the message has arrived. */
export function mdnOf(
  originalMessageId: string,
  finalRecipient: string,
  dispositionType: string,
): DispositionNotification {
  return {
    type: 'disposition-notification',
    finalRecipient,
    originalMessageId,
    disposition: {
      actionMode: 'automatic-action',
      sendingMode: 'MDN-sent-automatically',
      dispositionType,
      modifiers: [],
    },
    finalDestinationDelivery: dispositionType === 'dispatched',
    errors: [],
    extensions: [],
    problems: [],
  }
}
