import { beforeAll, describe, expect, test } from 'vitest'
import { type Policy, policies, replyTo } from '../../src/agent/index.js'
import { decodeUtf8 } from '../../src/bytes/index.js'
import { fieldBodies } from '../../src/mime/index.js'
import {
  agentOf,
  ann,
  bob,
  codesOf,
  crafted,
  lines,
  messageIn,
  outcomeOf,
  outerHeader,
  person,
  words,
  world,
} from './world.js'

const ida = 'ida@direct.hospital.example'
const carol = 'carol@direct.clinic.example'

const wanting = (options: Partial<Policy>): Policy => ({ ...policies.direct, ...options })

/** What a policy may ask for beside the default; each is seen with it, and without. */
describe('opening', () => {
  let both: Awaited<ReturnType<typeof hospitalOfBoth>>

  async function hospitalOfBoth() {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const other = await person(ida, 'Hospital CA')
    return { sender, reader, other, agent: agentOf([reader, other], { trust: [clinicCa] }) }
  }

  beforeAll(async () => {
    both = await hospitalOfBoth()
  })

  const letter = (...header: readonly string[]) => lines(...header, '', 'Fine.')

  test.each([
    { options: {}, outcome: 'message' },
    { options: { rejectTampered: true }, outcome: 'tampered' },
  ])('one of two recipients was added on the way, with $options: $outcome (AS-46)', async ({ options, outcome }) => {
    const { sender, reader, other, agent } = both
    const raw = await crafted({ inner: letter(`From: ${ann}`, `To: ${bob}`), signedBy: sender, to: [reader, other] })
    const envelope = { mailFrom: ann, rcptTo: [bob, ida] }
    expect(outcomeOf(await agent.open(raw, { envelope, policy: wanting(options) }))).toBe(outcome)
    const all = letter(`From: ${ann}`, `To: ${bob}, ${ida}`)
    const named = await crafted({ inner: all, signedBy: sender, to: [reader, other] })
    expect(outcomeOf(await agent.open(named, { envelope, policy: wanting(options) }))).toBe('message')
  })

  test.each([
    { options: {}, accepted: [bob], refused: [ida] },
    { options: { anyLocalKey: true }, accepted: [bob, ida], refused: [] },
  ])('encrypted to one of two, with $options: $accepted (AS-61)', async ({ options, accepted, refused }) => {
    const { sender, reader, agent } = both
    const raw = await crafted({ inner: letter(`From: ${ann}`, `To: ${bob}, ${ida}`), signedBy: sender, to: [reader] })
    const opened = messageIn(await agent.open(raw, { envelope: { rcptTo: [bob, ida] }, policy: wanting(options) }))
    expect(opened.recipients.map(({ address }) => address)).toEqual(accepted)
    expect(opened.rejected.map(({ address }) => address)).toEqual(refused)
  })

  test.each([
    { mailFrom: carol, options: {}, outcome: 'message' },
    { mailFrom: carol, options: { requireEnvelopeSender: true }, outcome: 'signer-not-author' },
    { mailFrom: ann.toUpperCase(), options: { requireEnvelopeSender: true }, outcome: 'message' },
    { mailFrom: '', options: { requireEnvelopeSender: true }, outcome: 'message' },
    { mailFrom: undefined, options: { requireEnvelopeSender: true }, outcome: 'message' },
  ])('MAIL FROM $mailFrom, with $options: $outcome (AS-85)', async ({ mailFrom, options, outcome }) => {
    const { sender, reader, agent } = both
    const raw = await crafted({ inner: letter(`From: ${ann}`, `To: ${bob}`), signedBy: sender, to: [reader] })
    const envelope = { rcptTo: [bob], ...(mailFrom !== undefined && { mailFrom }) }
    const opened = await agent.open(raw, { envelope, policy: wanting(options) })
    expect(outcomeOf(opened)).toBe(outcome)
    const said = codesOf(opened.explanation.steps, 'failed').includes('envelope-sender-differs')
    expect(said).toBe(outcome !== 'message')
  })

  describe('signed for its Sender (AS-85)', () => {
    const asking = [`Disposition-Notification-To: ${carol}`, 'Reply-To: eve@elsewhere.example', 'Subject: Results']
    const open = async (header: readonly string[], options: Partial<Policy>) => {
      const { sender, reader, agent } = both
      const inner = letter(...header, `To: ${bob}`, ...asking)
      return agent.open(await crafted({ inner, signedBy: sender, to: [reader] }), { policy: wanting(options) })
    }
    const bySecretary = [`From: ${carol}`, `Sender: ${ann}`]

    test.each([
      { comment: 'by default', header: bySecretary, options: {}, outcome: 'signer-not-author' },
      { comment: 'where it may', header: bySecretary, options: { acceptSender: true }, outcome: 'message' },
      {
        comment: 'and it is another',
        header: ['From: eve@elsewhere.example', `Sender: ${carol}`],
        options: { acceptSender: true },
        outcome: 'signer-not-author',
      },
      {
        comment: 'there are two',
        header: [...bySecretary, `Sender: ${carol}`],
        options: { acceptSender: true },
        outcome: 'signer-not-author',
      },
      {
        comment: 'and nobody in From',
        header: [`Sender: ${ann}`],
        options: { acceptSender: true },
        outcome: 'signer-not-author',
      },
    ])('$comment: $outcome', async ({ header, options, outcome }) => {
      expect(outcomeOf(await open(header, options))).toBe(outcome)
    })

    test('its author is the Sender, nobody vouches for From, and answers go to whoever signed', async () => {
      const opened = messageIn(await open(bySecretary, { acceptSender: true }))
      const { message, receipt } = opened
      expect(message).toMatchObject({ author: ann, header: { from: { address: carol }, fromAuthenticated: false } })
      expect(receipt.notify).toBe(ann)
      expect(replyTo(opened)).toEqual({ from: bob, to: ann })
      const own = messageIn(await open([`From: ${ann}`], { acceptSender: true }))
      expect(own.message.header.fromAuthenticated).toBe(true)
      expect(replyTo(own)).toMatchObject({ to: [{ address: 'eve@elsewhere.example' }], subject: 'Re: Results' })
    })
  })
})

describe('sealing', () => {
  const hidden = 'ida@direct.hospital.example'

  async function sealed(options: Partial<Policy>, message: { readonly cc?: string; readonly bcc?: string } = {}) {
    const { ann: sender, bob: reader, clinicCa, hospitalCa } = await world()
    const other = await person(hidden, 'Hospital CA')
    const discovery = [reader.certificate, other.certificate]
    const clinic = agentOf([sender], { trust: [hospitalCa], discovery, policy: wanting(options) })
    const { messages } = await clinic.seal({ from: ann, to: bob, ...words, ...message })
    return { messages, hospital: agentOf([reader, other], { trust: [clinicCa] }) }
  }

  test.each([
    { wrap: true, protection: 'signed', subject: [] },
    { wrap: false, protection: 'none', subject: [words.subject] },
  ] as const)('wrap: $wrap (AS-42)', async ({ wrap, protection, subject }) => {
    const { messages, hospital } = await sealed({ wrap })
    const { raw } = messages[0]!
    expect(fieldBodies(outerHeader(raw), 'Subject')).toEqual(subject)
    expect(fieldBodies(outerHeader(raw), 'Content-Type')).toHaveLength(1)
    const { message } = messageIn(await hospital.open(raw))
    expect(message).toMatchObject({ author: ann, text: words.text, header: { protection, subject: words.subject } })
  })

  test('unwrapped, the fields of the content are signed with it, and no others', async () => {
    const { ann: sender, bob: reader, clinicCa, hospitalCa } = await world()
    const policy = wanting({ wrap: false })
    const clinic = agentOf([sender], { trust: [hospitalCa], discovery: [reader.certificate], policy })
    const content = ['Content-Type: text/plain; charset=iso-8859-1', 'content-transfer-encoding: quoted-printable']
    const own = ['X-Content-Note: outside', `From: ${ann}`, `To: ${bob}`, 'Message-ID: <1@x.example>']
    const { messages } = await clinic.seal(lines(...own, ...content, '', 'Gr=FC=DFe'))
    const outer = outerHeader(messages[0]!.raw)
    expect(fieldBodies(outer, 'X-Content-Note')).toEqual(['outside'])
    expect(fieldBodies(outer, 'Content-Transfer-Encoding')).toEqual(['base64'])
    const { message } = messageIn(await agentOf([reader], { trust: [clinicCa] }).open(messages[0]!.raw))
    expect(decodeUtf8(message.raw)).toBe(`${content.join('\r\n')}\r\n\r\nGr=FC=DFe\r\n`)
    expect(message.text).toBe('Grüße\n')
  })

  test.each([
    { blindIn: 'Bcc', cc: [], bcc: [hidden] },
    { blindIn: 'Cc', cc: [hidden], bcc: [] },
  ] as const)('a blind recipient stands in $blindIn of its own copy, and in no other (AS-57)', async (expected) => {
    const { blindIn, ...fields } = expected
    const { messages, hospital } = await sealed({ blindIn }, { bcc: hidden })
    const [open, blind] = await Promise.all(
      messages.map(async ({ raw, envelope }) => messageIn(await hospital.open(raw, { envelope })).message),
    )
    const named = ({ raw }: { readonly raw: Uint8Array }) => ({
      cc: fieldBodies(outerHeader(raw), 'Cc'),
      bcc: fieldBodies(outerHeader(raw), 'Bcc'),
    })
    expect(named(open!)).toEqual({ cc: [], bcc: [] })
    expect(named(blind!)).toEqual(fields)
    expect(decodeUtf8(messages[1]!.raw.subarray(0, 500))).not.toContain(hidden)
  })

  test('beside others in Cc there is one field', async () => {
    const { messages, hospital } = await sealed({ blindIn: 'Cc' }, { cc: 'max@elsewhere.example', bcc: hidden })
    const { raw, envelope } = messages[1]!
    const { message } = messageIn(await hospital.open(raw, { envelope }))
    expect(fieldBodies(outerHeader(message.raw), 'Cc')).toEqual([`max@elsewhere.example, ${hidden}`])
  })
})
