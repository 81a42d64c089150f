import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { decodeUtf8 } from '../../src/bytes/index.js'
import { parseEntity } from '../../src/mime/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  innerText,
  lines,
  messageIn,
  now,
  organisation,
  outerHeader,
  words,
  world,
} from './world.js'

const hidden = 'hidden@direct.hospital.example'
const secret = 'secret@direct.hospital.example'

const date = 'Mon, 1 Jun 2026 00:00:00 +0000'

/** The clinic's agent, for a hospital where one certificate serves the whole domain. */
async function toTheHospital() {
  const { ann: sender, clinicCa, hospitalCa } = await world()
  const hospital = await organisation(bob, 'Hospital CA')
  return {
    clinic: agentOf([sender], { trust: [hospitalCa], discovery: [hospital.certificate] }),
    hospital: agentOf([hospital], { trust: [clinicCa] }),
  }
}

describe('what mail systems on the way can read (AS-43)', () => {
  test('who writes to whom, when, in answer to what: nothing else, and no subject', async () => {
    const { clinic } = await bothAgents()
    const reply = {
      inReplyTo: '<1@direct.hospital.example>',
      references: ['<0@direct.hospital.example>', '<1@direct.hospital.example>'],
    }
    const sealed = await clinic.seal({
      from: { name: 'Ann Archer', address: ann },
      to: bob,
      cc: { name: 'Bob Baker', address: bob },
      replyTo: ann,
      fields: [['X-Patient', 'Miller']],
      requestDelivery: true,
      ...reply,
      ...words,
    })
    const { fields } = outerHeader(sealed.messages[0]!.raw)
    expect(fields.map(({ name, body }) => [name, body])).toEqual([
      ['From', `Ann Archer <${ann}>`],
      ['To', bob],
      ['Cc', `Bob Baker <${bob}>`],
      ['Date', 'Mon, 1 Jun 2026 00:00:00 +0000'],
      ['Message-ID', sealed.messageId],
      ['In-Reply-To', reply.inReplyTo],
      ['References', reply.references.join(' ')],
      ['MIME-Version', '1.0'],
      ['Content-Type', 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'],
      ['Content-Transfer-Encoding', 'base64'],
      ['Content-Disposition', 'attachment; filename=smime.p7m'],
    ])
    expect(innerText(sealed)).toContain('X-Patient: Miller')
  })

  test('words in comments and in the old form of In-Reply-To stay inside', async () => {
    const { clinic } = await bothAgents()
    const raw = lines(
      `From: ${ann} (about Miller)`,
      `To: ${bob} (about Miller)`,
      'Date: Mon, 01 Jun 2026 09:30:00 +0200 (about Miller)',
      'In-Reply-To: Your message about Miller <1@direct.hospital.example>',
      'References: Miller',
      'Subject: Miller',
      'Message-ID: <2@direct.clinic.example>',
      '',
      'Miller',
    )
    const sealed = await clinic.seal(raw)
    const outer = decodeUtf8(sealed.messages[0]!.raw)
    expect(outer).not.toContain('Miller')
    expect(outer).toContain('Date: Mon, 1 Jun 2026 07:30:00 +0000\r\n')
    expect(outer).toContain('In-Reply-To: <1@direct.hospital.example>\r\n')
    expect(innerText(sealed)).toBe(`MIME-Version: 1.0\r\n${decodeUtf8(raw)}`)
  })

  test('a finished message keeps its bytes, and gets what it lacks of Date and Message-ID', async () => {
    const { clinic, hospital } = await bothAgents()
    const sealed = await clinic.seal(
      lines(`From:${ann}`, `to:   ${bob}`, 'X-Odd:\tkept  ', '', ' as it is ').subarray(0, -2),
    )
    expect(innerText(sealed)).toMatch(
      /^Message-ID: <[0-9a-f]{32}@direct\.clinic\.example>\r\nDate: Mon, 1 Jun 2026 00:00:00 \+0000\r\nMIME-Version: 1\.0\r\nFrom:ann@direct\.clinic\.example\r\nto: {3}bob@direct\.hospital\.example\r\nX-Odd:\tkept {2}\r\n\r\n as it is $/,
    )
    const { message } = messageIn(await hospital.open(sealed.messages[0]!.raw))
    expect(message.raw).toEqual(sealed.inner)
    expect(message.header).toMatchObject({ messageId: sealed.messageId, date: now })
  })
})

describe('a message is finished as its author wrote it', () => {
  test('what the words say of Message-ID and Date is kept', async () => {
    const { clinic } = await bothAgents()
    const messageId = '<own@direct.clinic.example>'
    const sealed = await clinic.seal({ from: ann, to: bob, ...words, messageId, date: now - 86_400_000 })
    expect(sealed.messageId).toBe(messageId)
    expect(parseEntity(sealed.inner).header.fields.map(({ name, body }) => [name, body])).toEqual(
      expect.arrayContaining([
        ['Message-ID', messageId],
        ['Date', 'Sun, 31 May 2026 00:00:00 +0000'],
      ]),
    )
  })

  test.each([
    { comment: 'holds none', field: 'Message-ID: none', code: 'ERR_AGENT_MESSAGE' },
    { comment: 'is empty', field: 'Message-ID:', code: 'ERR_AGENT_MESSAGE' },
    { comment: 'holds one', field: 'Message-ID: <1@x.example>', code: undefined },
  ])('a Message-ID field that $comment: $code (AS-33)', async ({ field, code }) => {
    const { clinic } = await bothAgents()
    expect(await codeOfRejection(clinic.seal(lines(`From: ${ann}`, `To: ${bob}`, field, '', 'Fine.')))).toBe(code)
  })

  test('a message that ends with its header gets the blank line behind it', async () => {
    const { clinic, hospital } = await bothAgents()
    const whole = lines(`From: ${ann}`, `To: ${bob}`, 'Message-ID: <1@x.example>', `Date: ${date}`, 'MIME-Version: 1.0')
    for (const raw of [whole, lines(decodeUtf8(whole))]) {
      const sealed = await clinic.seal(raw)
      expect(innerText(sealed)).toBe(`${decodeUtf8(whole)}\r\n`)
      expect(messageIn(await hospital.open(sealed.messages[0]!.raw)).message.raw).toEqual(sealed.inner)
    }
  })

  test('fields with names like those that are taken out stay', async () => {
    const { clinic } = await bothAgents()
    const sealed = await clinic.seal(
      lines(`From: ${ann}`, `To: ${bob}`, 'X-Bcc: kept', 'Bcc-Note: kept', 'Resent-Bcc: gone@x.example', '', 'Fine.'),
    )
    expect(innerText(sealed)).toContain('X-Bcc: kept\r\nBcc-Note: kept\r\n\r\nFine.')
  })
})

describe('blind recipients (AS-57)', () => {
  test('each gets a message of its own that names it alone; the others see no trace; all share the Message-ID', async () => {
    const { clinic, hospital } = await toTheHospital()
    const sealed = await clinic.seal({ from: ann, to: bob, bcc: [hidden, secret], ...words })
    expect(sealed.messages.map(({ envelope }) => envelope.rcptTo)).toEqual([[bob], [hidden], [secret]])
    const opened = await Promise.all(
      sealed.messages.map(async ({ raw, envelope }) => messageIn(await hospital.open(raw, { envelope }))),
    )
    const bccOf = opened.map(({ message }) =>
      parseEntity(message.raw).header.fields.flatMap(({ name, body }) => (name === 'Bcc' ? [body] : [])),
    )
    expect(bccOf).toEqual([[], [hidden], [secret]])
    expect(opened.map(({ message }) => message.header.messageId)).toEqual(Array(3).fill(sealed.messageId))
    expect(opened.map(({ message }) => message.text)).toEqual(Array(3).fill(words.text))
    for (const [index, { raw }] of sealed.messages.entries()) {
      const strangers = [hidden, secret].filter((_, blind) => blind !== index - 1)
      const seen = decodeUtf8(raw) + decodeUtf8(opened[index]!.message.raw)
      for (const address of strangers) expect(seen).not.toContain(address)
      expect(outerHeader(raw).fields.some(({ name }) => name === 'Bcc')).toBe(false)
      expect(outerHeader(raw).fields.find(({ name }) => name === 'To')?.body).toBe(bob)
    }
  })

  test('one whom only the envelope names is blind; one whom To names as well is not', async () => {
    const { clinic } = await toTheHospital()
    const sealed = await clinic.seal(
      { from: ann, to: bob, bcc: bob, ...words },
      { envelope: { rcptTo: [bob, hidden] } },
    )
    expect(sealed.messages.map(({ envelope }) => envelope.rcptTo)).toEqual([[bob], [hidden]])
  })

  test('Bcc and Resent-Bcc of a finished message do not travel', async () => {
    const { clinic } = await toTheHospital()
    const raw = lines(
      `From: ${ann}`,
      `To: ${bob}`,
      `bcc: ${hidden},`,
      ` ${secret}`,
      `Resent-Bcc: ${secret}`,
      '',
      'Hello',
    )
    const sealed = await clinic.seal(raw)
    expect(innerText(sealed)).not.toMatch(/hidden|secret/)
    expect(sealed.messages.map(({ envelope }) => envelope.rcptTo)).toEqual([[bob], [hidden], [secret]])
  })

  test('with blind recipients alone, the outer header names nobody', async () => {
    const { clinic, hospital } = await toTheHospital()
    const sealed = await clinic.seal({ from: ann, bcc: hidden, ...words })
    const { raw, envelope } = sealed.messages[0]!
    expect(outerHeader(raw).fields.find(({ name }) => name === 'To')?.body).toBe('undisclosed-recipients:;')
    expect(messageIn(await hospital.open(raw, { envelope })).recipients).toHaveLength(1)
    expect((await hospital.open(raw)).kind).toBe('rejected')
  })
})

describe('how it is sealed', () => {
  test('wrapped, signed, encrypted, in this order (AS-42, AS-50, AS-51)', async () => {
    const { clinic, hospital } = await bothAgents()
    const sealed = await clinic.seal({ from: ann, to: bob, ...words })
    const strict = { ...policies.direct, requireWrapped: true }
    const opened = messageIn(await hospital.open(sealed.messages[0]!.raw, { policy: strict }))
    expect(opened.message.header.protection).toBe('signed')
    expect(opened.message.raw).toEqual(sealed.inner)
  })

  test.each([
    { cipher: 'AES-128-CBC', keyTransport: 'RSAES-PKCS1-v1_5' },
    { cipher: 'AES-256-CBC', keyTransport: 'RSAES-OAEP-SHA-1' },
    { cipher: 'AES-256-CBC', keyTransport: 'RSAES-OAEP-SHA-256' },
  ] as const)('a policy may ask for $cipher and $keyTransport', async (asked) => {
    const sending = { ...policies.direct.sending, ...asked }
    const { clinic, hospital } = await bothAgents()
    const sealed = await clinic.seal({ from: ann, to: bob, ...words }, { policy: { ...policies.direct, sending } })
    const only = { contentCiphers: [sending.cipher], keyTransports: [sending.keyTransport] }
    const policy = { ...policies.direct, algorithms: { ...policies.direct.algorithms, ...only } }
    expect((await hospital.open(sealed.messages[0]!.raw, { policy })).kind).toBe('message')
  })
})
