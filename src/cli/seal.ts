import type { Sealed, SealedMessage } from '../agent/index.js'
import { decodeUtf8 } from '../bytes/index.js'
import { explain } from '../verdict/index.js'
import { agentOf, agentOptions, envelopeOf } from './agent.js'
import { type Command, UsageError } from './command.js'
import { inputOf, saveFile, saveOption } from './files.js'
import { discoveryOf, lookupOptions } from './network.js'
import { json, printable } from './text.js'

/** `seal`: signs and encrypts a finished message for all who may have it. It does not send. */
export const seal: Command = {
  summary: 'signs and encrypts a finished message (RFC 5322) for its recipients',
  operands: '[FILE]',
  options: {
    from: { type: 'string', value: 'ADDRESS', help: 'MAIL FROM of the envelope; else the author' },
    to: { type: 'string', multiple: true, value: 'ADDRESS', help: 'who gets it; else all in To, Cc and Bcc' },
    ...agentOptions,
    ...lookupOptions,
    ...saveOption,
  },
  exitCodes: {
    0: 'sealed for all',
    1: 'sealed for some, and the others never get it',
    2: 'some do not get it for now: seal it again later, for them alone',
    3: 'sealed for nobody',
  },
  async run(given, terminal, complain) {
    const agent = await agentOf(given, terminal, discoveryOf(given, terminal))
    const envelope = envelopeOf(given.text('from'), given.texts('to'))
    const sealed = await agent.seal(inputOf(given, terminal), { envelope })
    const folder = given.text('save')
    const messages = sealed.messages.map(({ raw, envelope }, index): Handed => {
      if (folder === undefined) return { raw, envelope }
      return { raw, envelope, file: saveFile(folder, `${index + 1}.eml`, raw) }
    })
    if (given.has('json')) terminal.print(json(asJson(sealed, messages)))
    else if (folder !== undefined) terminal.print(asText(sealed, messages))
    else {
      const [message, ...others] = messages
      if (others.length > 0) throw new UsageError(`there are ${messages.length} messages: --save FOLDER takes them`)
      if (message) terminal.print(message.raw)
      complain(asText(sealed, []))
    }
    return codeOf(sealed)
  },
}

/** A message, and the file that it is in. */
interface Handed extends SealedMessage {
  readonly file?: string
}

function codeOf({ accepted, rejected }: Sealed): number {
  if (rejected.some(({ temporary }) => temporary)) return 2
  if (accepted.length === 0) return 3
  return rejected.length > 0 ? 1 : 0
}

function asText({ rejected }: Sealed, messages: readonly Handed[]): string {
  const files = messages.map(({ file, envelope }) => `${file}: for ${envelope.rcptTo.map(printable).join(', ')}\n`)
  const refusals = rejected.map(({ address, code, explanation }) => {
    return `not for ${printable(address)}: ${code}\n${explain(explanation)}\n`
  })
  return [...files, ...refusals].join('')
}

/** What is sealed is ASCII. */
function asJson({ messageId, author, accepted, rejected }: Sealed, messages: readonly Handed[]): object {
  return {
    messageId,
    author,
    messages: messages.map(({ raw, envelope, file }) => ({
      envelope,
      ...(file === undefined ? { raw: decodeUtf8(raw) } : { file }),
    })),
    accepted: accepted.map(({ address, explanation }) => ({ address, explanation })),
    rejected,
  }
}
