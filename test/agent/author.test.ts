import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { buildSignedData } from '../../src/cms/index.js'
import { buildMultipart, buildPart, wrapMessage } from '../../src/mime/index.js'
import { signEntity } from '../../src/smime/index.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  codesOf,
  crafted,
  encrypted,
  lines,
  messageIn,
  now,
  organisation,
  outcomeOf,
  person,
  world,
} from './world.js'

const ida = 'ida@direct.clinic.example'
const body = ['Subject: Results', 'Message-ID: <1@direct.clinic.example>', '', 'Fine.']

describe('the signer is the author (AS-84, AS-85)', () => {
  test.each([
    { comment: 'Ann, who signed', header: [`From: ${ann}`], expected: 'message' },
    {
      comment: 'Ann in other letters, with a name',
      header: ['From: "Archer, A." <ANN@Direct.Clinic.Example>'],
      expected: 'message',
    },
    { comment: 'somebody else', header: [`From: ${ida}`], expected: 'signer-not-author' },
    {
      comment: 'Ann with a tag, which is another author',
      header: ['From: ann+x@direct.clinic.example'],
      expected: 'signer-not-author',
    },
    {
      comment: 'two mailboxes in one field, Ann first',
      header: [`From: ${ann}, ${ida}`],
      expected: 'signer-not-author',
    },
    { comment: 'two fields, Ann first', header: [`From: ${ann}`, `From: ${ida}`], expected: 'signer-not-author' },
    { comment: 'two fields, Ann last', header: [`From: ${ida}`, `From: ${ann}`], expected: 'signer-not-author' },
    {
      comment: 'two fields that say the same',
      header: [`From: ${ann}`, `From: ${ann}`],
      expected: 'signer-not-author',
    },
    { comment: 'an empty field', header: ['From:'], expected: 'signer-not-author' },
    { comment: 'no field', header: [], expected: 'signer-not-author' },
    { comment: 'Ann as Sender alone', header: [`From: ${ida}`, `Sender: ${ann}`], expected: 'signer-not-author' },
    {
      comment: 'Ann as author, somebody else as Sender',
      header: [`From: ${ann}`, `Sender: ${ida}`],
      expected: 'message',
    },
    { comment: 'Ann in the name of somebody else', header: [`From: "${ann}" <${ida}>`], expected: 'signer-not-author' },
    { comment: 'Ann in a comment', header: [`From: ${ida} (${ann})`], expected: 'signer-not-author' },
  ])('From: $comment: $expected', async ({ header, expected }) => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const raw = await crafted({ inner: lines(...header, `To: ${bob}`, ...body), signedBy: sender, to: [reader] })
    const opened = await hospital.open(raw)
    expect(outcomeOf(opened)).toBe(expected)
    if (opened.kind === 'message') expect(opened.message.author.toLowerCase()).toBe(ann)
  })

  test.each([
    { comment: 'of the same domain', from: ida, expected: 'message' },
    { comment: 'of a domain below', from: 'ann@sub.direct.clinic.example', expected: 'signer-not-author' },
    { comment: 'of a domain above', from: 'ann@clinic.example', expected: 'signer-not-author' },
  ])('a domain certificate speaks for an author $comment: $expected', async ({ from, expected }) => {
    const { bob: reader } = await world()
    const clinic = await organisation(ann, 'Clinic CA')
    const { hospital } = await bothAgents()
    const raw = await crafted({ inner: lines(`From: ${from}`, `To: ${bob}`, ...body), signedBy: clinic, to: [reader] })
    expect(outcomeOf(await hospital.open(raw))).toBe(expected)
  })

  test('a signature below that of the author is content: it is not looked at, and what it signs is not unwrapped (AS-48)', async () => {
    const { ann: sender, bob: reader } = await world()
    const other = await person(ida, 'Clinic CA')
    const { hospital } = await bothAgents()
    const inner = wrapMessage(lines(`From: ${ann}`, `To: ${bob}`, ...body))
    const signed = await signEntity(inner, other.identity.signing!, { crypto, at: now })
    const twice = await signEntity(signed, sender.identity.signing!, { crypto, at: now })
    const outer = [`From: ${ann}`, `To: ${bob}`]
    const opened = messageIn(await hospital.open(await encrypted(twice, [reader], outer)))
    expect(opened.message.header.protection).toBe('none')
    expect(opened.message.header.subject).toBeUndefined()
    expect(opened.message.text).toBeUndefined()
  })
})

describe('the tamper rule (AS-46)', () => {
  const inner = (...header: readonly string[]) => lines(`From: ${ann}`, ...header, ...body)

  test.each([
    { comment: 'To', header: [`To: ${bob}`], expected: 'message' },
    { comment: 'Cc', header: [`Cc: ${bob}`], expected: 'message' },
    { comment: 'Bcc', header: [`Bcc: ${bob}`], expected: 'message' },
    { comment: 'Resent-To', header: [`To: ${ida}`, `Resent-To: ${bob}`], expected: 'message' },
    { comment: 'Resent-Cc', header: [`To: ${ida}`, `Resent-Cc: ${bob}`], expected: 'message' },
    { comment: 'Resent-Bcc', header: [`To: ${ida}`, `Resent-Bcc: ${bob}`], expected: 'message' },
    { comment: 'Resent-From alone', header: [`To: ${ida}`, `Resent-From: ${bob}`], expected: 'tampered' },
    { comment: 'To, with a tag', header: ['To: bob+lab@direct.hospital.example'], expected: 'message' },
    { comment: 'a group in To', header: [`To: Team: ${ida}, ${bob};`], expected: 'message' },
    { comment: 'Reply-To alone', header: [`To: ${ida}`, `Reply-To: ${bob}`], expected: 'tampered' },
    { comment: 'somebody else in To', header: [`To: ${ida}`], expected: 'tampered' },
    { comment: 'the name of somebody else in To', header: [`To: "${bob}" <${ida}>`], expected: 'tampered' },
    { comment: 'nobody', header: [], expected: 'tampered' },
  ])('the signed header names Bob in $comment: $expected', async ({ header, expected }) => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const raw = await crafted({ inner: inner(...header), signedBy: sender, to: [reader] })
    expect(outcomeOf(await hospital.open(raw))).toBe(expected)
  })

  test('one recipient was signed and one was added on the way: the first gets it, the other is told of', async () => {
    const { ann: sender, clinicCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const added = 'added@direct.hospital.example'
    const raw = await crafted({ inner: inner(`To: ${bob}`), signedBy: sender, to: [hospital] })
    const agent = agentOf([hospital], { trust: [clinicCa] })
    const opened = messageIn(await agent.open(raw, { envelope: { mailFrom: ann, rcptTo: [bob, added] } }))
    expect(opened.recipients.map(({ address }) => address)).toEqual([bob])
    expect(opened.rejected.map(({ address, code }) => [address, code])).toEqual([[added, 'not-addressed']])
    expect(opened.receipt.recipients).toEqual([bob])
  })
})

describe('the outer header and the envelope decide nothing (AS-45, AS-85)', () => {
  const inner = lines(`From: ${ann}`, `To: ${bob}`, ...body)
  const outer = [`From: ${ann}`, `To: ${bob}`, 'Message-ID: <1@direct.clinic.example>']

  test.each([
    { comment: 'as it was signed', header: outer, mailFrom: ann, differences: [] },
    { comment: 'the null reverse-path', header: outer, mailFrom: '', differences: [] },
    { comment: 'another MAIL FROM', header: outer, mailFrom: ida, differences: ['envelope-differs'] },
    {
      comment: 'another From',
      header: [`From: ${ida}`, ...outer.slice(1)],
      mailFrom: ann,
      differences: ['header-differs'],
    },
    {
      comment: 'another Message-ID',
      header: [...outer.slice(0, 2), 'Message-ID: <2@x.example>'],
      mailFrom: ann,
      differences: ['header-differs'],
    },
    { comment: 'a recipient more', header: [...outer, `Cc: ${ida}`], mailFrom: ann, differences: ['header-differs'] },
    {
      comment: 'a recipient more in To',
      header: [`From: ${ann}`, `To: ${bob}, ${ida}`, 'Message-ID: <1@direct.clinic.example>'],
      mailFrom: ann,
      differences: ['header-differs'],
    },
    {
      comment: 'a recipient less',
      header: [`From: ${ann}`, 'Message-ID: <1@direct.clinic.example>'],
      mailFrom: ann,
      differences: [],
    },
    { comment: 'a recipient less (AS-76)', header: [outer[0]!, outer[2]!], mailFrom: ann, differences: [] },
  ])('$comment: the message is the same, and the difference is told', async ({ header, mailFrom, differences }) => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const raw = await crafted({ inner, signedBy: sender, to: [reader], outer: [...header, 'Subject: Buy pills'] })
    const opened = messageIn(await hospital.open(raw, { envelope: { mailFrom, rcptTo: [bob] } }))
    const told = codesOf(opened.explanation.steps, 'unknown').filter(
      (code) => code.endsWith('-differs') || code.endsWith('differ'),
    )
    expect(told).toEqual(differences)
    expect(opened.message.header).toMatchObject({
      protection: 'signed',
      subject: 'Results',
      messageId: '<1@direct.clinic.example>',
    })
    expect(opened.message.author).toBe(ann)
  })
})

describe('a message that was not wrapped (AS-41, AS-49)', () => {
  const entity = lines('Content-Type: text/plain', '', 'Fine.')
  const outer = [
    `From: ${ann}`,
    `To: ${bob}`,
    'Subject: Results',
    'Disposition-Notification-To: ida@direct.clinic.example',
  ]

  async function unwrapped(header: readonly string[] = outer) {
    const { ann: sender, bob: reader } = await world()
    return crafted({ inner: entity, signedBy: sender, to: [reader], outer: header, wrapped: false })
  }

  test('is accepted, and says that nobody vouches for its header; its receipt goes to the author alone', async () => {
    const { hospital } = await bothAgents()
    const opened = messageIn(await hospital.open(await unwrapped()))
    expect(opened.message.header).toMatchObject({ protection: 'none', subject: 'Results' })
    expect(opened.message.text).toBe('Fine.\n')
    expect(opened.receipt.notify).toBe(ann)
    expect(codesOf(opened.explanation.steps, 'unknown')).toContain('not-wrapped')
  })

  test('nobody signed where its receipt should go, though the signer speaks for that address, too', async () => {
    const { bob: reader } = await world()
    const { hospital } = await bothAgents()
    const clinic = await organisation(ann, 'Clinic CA')
    const inner = lines(...outer, '', 'Fine.')
    const notify = async (wrapped: boolean) => {
      const raw = await crafted({ inner: wrapped ? inner : entity, signedBy: clinic, to: [reader], outer, wrapped })
      return messageIn(await hospital.open(raw)).receipt.notify
    }
    expect([await notify(false), await notify(true)]).toEqual([ann, 'ida@direct.clinic.example'])
  })

  test('the tamper rule cannot apply to it', async () => {
    const { hospital } = await bothAgents()
    const raw = await unwrapped([`From: ${ann}`, `To: ${ida}`])
    expect(outcomeOf(await hospital.open(raw, { envelope: { mailFrom: ann, rcptTo: [bob] } }))).toBe('message')
  })

  test('its author stands in the outer header, and must be the signer', async () => {
    const { hospital } = await bothAgents()
    expect(outcomeOf(await hospital.open(await unwrapped([`From: ${ida}`, `To: ${bob}`])))).toBe('signer-not-author')
  })

  test.each([
    { comment: 'two authors', from: `From: ${ann}, ${ida}`, code: 'author-unclear' },
    { comment: 'two fields, one of them empty', from: `From: ${ann}\r\nFrom:`, code: 'author-unclear' },
    { comment: 'one author, who did not sign', from: `From: ${ida}`, code: 'not-bound' },
  ])('the explanation says what is wrong with From: $comment', async ({ from, code }) => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const raw = await crafted({ inner: lines(from, `To: ${bob}`, ...body), signedBy: sender, to: [reader] })
    const opened = await hospital.open(raw)
    expect(outcomeOf(opened)).toBe('signer-not-author')
    expect(codesOf(opened.explanation.steps, 'failed')).toEqual([code, 'signer-not-author'])
  })

  test('a policy may refuse it; a wrapped one passes', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const policy = { ...policies.direct, requireWrapped: true }
    const opened = await hospital.open(await unwrapped(), { policy })
    expect(outcomeOf(opened)).toBe('not-wrapped')
    expect(codesOf(opened.explanation.steps, 'failed')).toEqual(['not-wrapped'])
    const raw = await crafted({ inner: lines(`From: ${ann}`, `To: ${bob}`, ...body), signedBy: sender, to: [reader] })
    expect(outcomeOf(await hospital.open(raw, { policy }))).toBe('message')
  })
})

describe('the signed layer', () => {
  test('content in two places could be read in two ways: refused (AS-53)', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const content = wrapMessage(lines(`From: ${ann}`, `To: ${bob}`, ...body))
    const signature = await buildSignedData({ content, signer: sender.identity.signing!, signingTime: now }, crypto)
    const p7s = buildPart({
      contentType: 'application/pkcs7-signature',
      transferEncoding: 'base64',
      content: signature,
    })
    const detached = buildMultipart('signed', [content, p7s])
    expect(outcomeOf(await hospital.open(await encrypted(detached, [reader])))).toBe('message')
    const alone = buildPart({ contentType: 'application/pkcs7-mime', transferEncoding: 'base64', content: signature })
    expect(outcomeOf(await hospital.open(await encrypted(alone, [reader])))).toBe('malformed')
    const three = buildMultipart('signed', [content, p7s, p7s])
    expect(outcomeOf(await hospital.open(await encrypted(three, [reader])))).toBe('not-signed')
    const swapped = buildMultipart('signed', [p7s, content])
    expect(outcomeOf(await hospital.open(await encrypted(swapped, [reader])))).toBe('not-signed')
  })

  test('line ends that a gateway changed inside multipart/signed are mended; a changed word is not (SMIME-3)', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const signed = await signEntity(
      wrapMessage(lines(`From: ${ann}`, `To: ${bob}`, ...body)),
      sender.identity.signing!,
      { crypto, at: now },
    )
    const text = new TextDecoder().decode(signed)
    const open = async (entity: string) => outcomeOf(await hospital.open(await encrypted(encodeUtf8(entity), [reader])))
    expect(await open(text.replaceAll('\r\n', '\n'))).toBe('message')
    expect(await open(text.replace('Fine.', 'Poor.'))).toBe('signature-invalid')
    expect(await open(text.replace('Fine.', 'Fine. '))).toBe('signature-invalid')
  })
})
