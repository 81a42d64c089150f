import { createAgent, type Opened, type Sealed } from '../agent/index.js'
import { createAuthority } from '../testing/index.js'
import { type Explanation, explain } from '../verdict/index.js'
import { type Command, UsageError } from './command.js'
import { json } from './text.js'

/** `demo`: two organisations, a message between them, its answer, and three refusals. All is made up, in memory. */
export const demo: Command = {
  summary: 'makes two organisations that exchange a message, and explains three refusals; nothing leaves the memory',
  operands: '',
  options: {},
  exitCodes: { 0: 'shown' },
  async run({ operands, has }, { print, clock }) {
    if (operands.length > 0) throw new UsageError('the demonstration takes no file')
    const chapters = await story(clock)
    print(has('json') ? json(chapters) : chapters.map(asText).join('\n'))
    return 0
  },
}

/** Something that happened, what came of it, and why. */
interface Chapter {
  readonly title: string
  readonly outcome: string
  readonly explanation: Explanation
}

const ann = 'ann@direct.clinic.example'
const bob = 'bob@direct.hospital.example'
const eve = 'eve@direct.elsewhere.example'

async function story(clock: () => number): Promise<readonly Chapter[]> {
  const authority = (organization: string) => createAuthority({ organization, at: clock() })
  const clinic = await authority('Example Clinic')
  const hospital = await authority('Example Hospital')
  const elsewhere = await authority('Example Elsewhere')
  const anns = await clinic.issue({ address: ann })
  const bobs = await hospital.issue({ domain: 'direct.hospital.example' })
  const eves = await elsewhere.issue({ address: eve })
  const common = { discovery: [anns.certificate, bobs.certificate], clock }
  const clinicAgent = createAgent({ ...common, identities: [anns.identity], trust: [hospital.certificate] })
  const hospitalAgent = createAgent({ ...common, identities: [bobs.identity], trust: [clinic.certificate] })
  const strangerAgent = createAgent({ ...common, identities: [eves.identity], trust: [hospital.certificate] })

  const referral = { from: ann, to: [bob, eve], subject: 'Referral', text: 'Please see the patient.' }
  const sealed = await clinicAgent.seal(referral)
  const raw = rawOf(sealed)
  const opened = await hospitalAgent.open(raw)
  if (opened.kind !== 'message') throw new RangeError('a message that was sealed is opened')
  const answer = await hospitalAgent.acknowledge(opened.receipt, 'processed')
  const stranger = await strangerAgent.seal({ ...referral, from: eve, to: bob })
  return [
    ...sealed.accepted.map(({ address, explanation }) => ({
      title: `A message of ${ann} is sealed for ${address}`,
      outcome: 'sealed',
      explanation,
    })),
    chapter('The hospital opens it', opened),
    chapter('Its answer goes back, and the clinic opens it', await clinicAgent.open(rawOf(answer))),
    ...sealed.rejected.map(({ address, code, explanation }) => ({
      title: `Refused: ${address} has no certificate that could be found`,
      outcome: code,
      explanation,
    })),
    chapter('Refused: a sender whom the hospital does not trust', await hospitalAgent.open(rawOf(stranger))),
    chapter('Refused: one octet was changed on the way', await hospitalAgent.open(withOneOctetChanged(raw))),
  ]
}

function chapter(title: string, opened: Opened): Chapter {
  return { title, outcome: 'code' in opened ? opened.code : opened.kind, explanation: opened.explanation }
}

function rawOf({ messages }: Pick<Sealed, 'messages'>): Uint8Array {
  const [message] = messages
  if (!message) throw new RangeError('a message was sealed')
  return message.raw
}

/** A letter of the base64 in the middle becomes another. */
function withOneOctetChanged(raw: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(raw)
  const [a, z, middle] = [0x41, 0x5a, changed.length >> 1]
  const at = changed.findIndex((octet, index) => index >= middle && octet >= a && octet <= z)
  changed[at] = changed[at] === a ? z : a
  return changed
}

function asText({ title, outcome, explanation }: Chapter): string {
  return `${title}: ${outcome}\n${explain(explanation).replace(/^/gm, '  ')}\n`
}
