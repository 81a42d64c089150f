import { fieldBody, type Header, parseAddresses } from '../mime/index.js'
import type { DeliveryStatus } from './index.js'

/** More than the recipients of a message. */
const maxRecipients = 1000

/** Those whom a bounce in words names as not reached. @param lines - before the copy of the message. */
export function recipientsInWords(header: Header, lines: readonly string[]): readonly DeliveryStatus[] {
  const failed = parseAddresses(fieldBody(header, 'X-Failed-Recipients') ?? '').map(({ address }) => address)
  const named = namedIn(lines)
  // What a field names is not guessed at.
  const addresses = failed.length > 0 ? failed : named.map(({ address }) => address)
  const action = /\b(delayed|will (keep|continue)|(be|being) retried|not need to resend)\b/i.test(lines.join(' '))
    ? 'delayed'
    : 'failed'
  return [...new Set(addresses)].slice(0, maxRecipients).map((finalRecipient) => {
    const at = named.find(({ address }) => address === finalRecipient)?.index ?? 0
    const next = named.find(({ index, address }) => index > at && address !== finalRecipient)?.index
    const [, status] = /(?:^|[\s#(:;-])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(lines.slice(at, next).join('\n')) ?? []
    return { finalRecipient, action, ...(status && { status }) }
  })
}

interface Named {
  /** The number of the line. */
  readonly index: number
  readonly address: string
}

/** The lines that name somebody; of a transcript only where no other does, since it also holds what an alias stands for. */
function namedIn(lines: readonly string[]): readonly Named[] {
  const short = lines.map((line) => line.slice(0, maxLineLength))
  const told = addressed(short, (line) => spellings.flatMap((spelling) => spelling.exec(line)?.[1] ?? [])[0])
  if (told.length > 0) return told
  return addressed(short, (line, next = '') => (refusal.test(next) ? command.exec(line)?.[1] : undefined))
}

/** Lines of words are short; what is longer is looked at as far as this. */
const maxLineLength = 200

function addressed(
  lines: readonly string[],
  read: (line: string, next: string | undefined) => string | undefined,
): readonly Named[] {
  return lines.flatMap((line, index) => {
    const [mailbox] = parseAddresses(read(line, lines[index + 1]) ?? '')
    return mailbox ? { index, address: mailbox.address } : []
  })
}

const spellings: readonly RegExp[] = [
  // In brackets or quotes, alone or before a reason; behind a reply code in the transcripts of sendmail.
  /^\s*(?:\d{3} )?["<]([^<>"\s]+@[^<>"\s]+)[">](?:\.\.\.|:|\s|$)/,
  // Bare: Exim, OpenSMTPD, Exchange, Zoho; behind the dot of a list: X3.
  /^\s*(?:\* )?([^\s<>:;,"'()]+@[A-Za-z0-9.-]+[A-Za-z0-9])(?: ?\.\.\.|:|\s*$|\s+[[(]|<mailto:|\s+Invalid|\s+on \d)/,
  // In a sentence: DragonFly, IMail, InterScan.
  /\b(?:delivering your mail to|delivery userid:|delivery failed(?: \d+ attempts)?:|permanent errors:|undeliverable to|unable to deliver message to)\s*<?([^\s<>]+@[A-Za-z0-9.-]+[A-Za-z0-9])>?/i,
]

/** In a transcript of SMTP: the command that names a recipient, and the reply that refuses it. Systems differ in which way the arrows point. */
const command = /(?:<<<|>>>) RCPT TO: ?<([^<>\s]+@[^<>\s]+)>/i
const refusal = /(?:<<<|>>>) [45]\d\d[ -]/
