import { describe, expect, test } from 'vitest'
import { type Bytes, decodeUtf8 } from '../../src/bytes/index.js'
import { decodeBody, MimeError, parseEntity } from '../../src/mime/index.js'
import {
  buildDeliveryStatusNotification,
  buildDispositionNotification,
  type DispositionType,
  parseNotification,
  statusOf,
} from '../../src/notification/index.js'

const about = '<1@direct.clinic.example>'
const date = Date.UTC(2026, 5, 1)

const mdn = {
  recipient: 'bob@direct.hospital.example',
  to: 'ann@direct.clinic.example',
  originalMessageId: about,
  dispositionType: 'processed',
  reportingUa: 'direct.hospital.example',
  messageId: '<2@direct.hospital.example>',
  date,
} as const

const dsn = {
  to: 'ann@direct.clinic.example',
  originalMessageId: about,
  reportingMta: 'direct.clinic.example',
  recipients: [{ finalRecipient: 'bob@direct.hospital.example', status: '5.1.1' }],
  messageId: '<3@direct.clinic.example>',
  date,
} as const

describe('an MDN of each kind, written and read again (RFC 8098 §3)', () => {
  const automatic = 'automatic-action/MDN-sent-automatically'
  const manual = 'manual-action/MDN-sent-manually'
  const kinds: readonly { type: DispositionType; modes: string; final: boolean }[] = [
    { type: 'processed', modes: automatic, final: false },
    { type: 'dispatched', modes: automatic, final: true },
    { type: 'displayed', modes: manual, final: false },
    { type: 'deleted', modes: manual, final: false },
    { type: 'failed', modes: automatic, final: false },
  ]
  test.each(kinds)('$type', async ({ type, modes, final }) => {
    const text = await buildDispositionNotification({ ...mdn, dispositionType: type })
    expect(decodeUtf8(text)).toContain(`\r\nDisposition: ${modes}; ${type}\r\n`)
    expect(parseNotification(parseEntity(text))).toMatchObject({
      type: 'disposition-notification',
      finalRecipient: mdn.recipient,
      originalMessageId: about,
      disposition: { dispositionType: type },
      finalDestinationDelivery: final,
      problems: [],
    })
  })

  test('the recipient as the sender wrote it goes along', async () => {
    const read = parseNotification(
      parseEntity(await buildDispositionNotification({ ...mdn, originalRecipient: 'all@direct.hospital.example' })),
    )
    expect(read).toMatchObject({ originalRecipient: 'all@direct.hospital.example', finalRecipient: mdn.recipient })
  })
})

describe('a DSN (RFC 3464 §2)', () => {
  test('whole, as DN-31 wants it', async () => {
    const { header, parts, contentType } = parseEntity(await buildDeliveryStatusNotification(dsn))
    const fields = Object.fromEntries(header.fields.map(({ name, body }) => [name, body]))
    expect(fields).toEqual({
      From: 'postmaster@direct.clinic.example',
      To: dsn.to,
      Subject: 'Message not delivered',
      Date: 'Mon, 1 Jun 2026 00:00:00 +0000',
      'Message-ID': dsn.messageId,
      'In-Reply-To': about,
      References: about,
      'Auto-Submitted': 'auto-replied',
      'MIME-Version': '1.0',
      'Content-Type': fields['Content-Type'],
    })
    expect(contentType.parameters['report-type']).toBe('delivery-status')
    expect(parts.map((part) => decodeUtf8(part.body))).toEqual([
      'Your message did not reach these recipients:\r\n\r\n<bob@direct.hospital.example>: There is no such mailbox.\r\n',
      [
        'Reporting-MTA: dns; direct.clinic.example',
        `X-Original-Message-ID: ${about}`,
        '',
        'Final-Recipient: rfc822; bob@direct.hospital.example',
        'Action: failed',
        'Status: 5.1.1',
        '',
      ].join('\r\n'),
    ])
  })

  test('of several recipients is read again, each in a group of its own (DN-32)', async () => {
    const recipients = [
      { finalRecipient: 'bob@direct.hospital.example', status: statusOf('untrusted') },
      {
        finalRecipient: 'carol@direct.hospital.example',
        originalRecipient: 'all@direct.hospital.example',
        action: 'delayed',
        status: '4.4.7',
        diagnostic: '421 try later',
      },
    ] as const
    const read = parseNotification(parseEntity(await buildDeliveryStatusNotification({ ...dsn, recipients })))
    expect(read).toEqual({
      type: 'delivery-status-notification',
      reportingMta: 'direct.clinic.example',
      originalMessageId: about,
      recipients: [
        { finalRecipient: 'bob@direct.hospital.example', action: 'failed', status: '5.7.1' },
        {
          finalRecipient: 'carol@direct.hospital.example',
          originalRecipient: 'all@direct.hospital.example',
          action: 'delayed',
          status: '4.4.7',
          diagnosticCode: 'smtp; 421 try later',
        },
      ],
      extensions: [],
      problems: [],
    })
  })

  test('words of another system become one line of ASCII', async () => {
    const said = '550-Kein Zugang für\r\n550 X-Intruder:\u00a0y'
    const recipients = [{ ...dsn.recipients[0], diagnostic: said }]
    const read = parseNotification(parseEntity(await buildDeliveryStatusNotification({ ...dsn, recipients })))
    expect(read).toMatchObject({ recipients: [{ diagnosticCode: 'smtp; 550-Kein Zugang f?r 550 X-Intruder: y' }] })
  })

  test('a name beyond ASCII is told to people as it is, in one line; to machines as far as ASCII goes', async () => {
    const finalRecipient = 'jörg\r\n\u202e\u0000@direct.hospital.example'
    const recipients = [{ finalRecipient, status: '5.1.1' }]
    const message = parseEntity(await buildDeliveryStatusNotification({ ...dsn, recipients }))
    expect(decodeUtf8(decodeBody(message.parts[0]!))).toContain(
      '\r\n<jörg @direct.hospital.example>: There is no such mailbox.\r\n',
    )
    expect(parseNotification(message)).toMatchObject({
      recipients: [{ finalRecipient: 'j?rg?@direct.hospital.example' }],
    })
  })

  test.each([
    { comment: 'no recipient', change: { recipients: [] } },
    { comment: 'a status that is none', change: { recipients: [{ ...dsn.recipients[0], status: '5.1' }] } },
  ])('$comment is refused', async ({ change }) => {
    await expect(buildDeliveryStatusNotification({ ...dsn, ...change })).rejects.toMatchObject({
      code: 'ERR_MIME_FIELD_INVALID',
    })
    expect(await buildDeliveryStatusNotification(dsn)).toBeDefined()
  })
})

/** What would begin a field, a header or a part if it got through. */
const intrusions = [
  '\r\nX-Intruder: y',
  '\nX-Intruder: y',
  '\rX-Intruder: y',
  '\r\n\r\nX-Intruder: y',
  '\u2028X-Intruder: y',
  '\u0085X-Intruder: y',
  '\0X-Intruder: y',
  '\u560d\u560aX-Intruder: y', // in ISO 8859-1, line ends again
  '>\r\nX-Intruder: <y',
  '=?utf-8?q?=0d=0aX-Intruder:_y?=',
  '%0d%0aX-Intruder: y',
  `\r\n--=_0\r\nContent-Type: message/delivery-status\r\n\r\nX-Intruder: y`,
]

describe('nothing that a stranger wrote adds a field (every string, every trick)', () => {
  const strings: Readonly<Record<string, (evil: string) => Promise<Bytes>>> = {
    'MDN: recipient': (evil) => buildDispositionNotification({ ...mdn, recipient: `b${evil}@h.example` }),
    'MDN: domain of the recipient': (evil) => buildDispositionNotification({ ...mdn, recipient: `b@h.example${evil}` }),
    'MDN: original recipient': (evil) => buildDispositionNotification({ ...mdn, originalRecipient: `b@h${evil}` }),
    'MDN: who is told': (evil) => buildDispositionNotification({ ...mdn, to: `a@c.example${evil}` }),
    'MDN: original identifier': (evil) => buildDispositionNotification({ ...mdn, originalMessageId: `<1${evil}@x>` }),
    'MDN: name of the system': (evil) => buildDispositionNotification({ ...mdn, reportingUa: `h.example${evil}` }),
    'DSN: who is told': (evil) => buildDeliveryStatusNotification({ ...dsn, to: `a@c.example${evil}` }),
    'DSN: author': (evil) => buildDeliveryStatusNotification({ ...dsn, from: `a@c.example${evil}` }),
    'DSN: original identifier': (evil) =>
      buildDeliveryStatusNotification({ ...dsn, originalMessageId: `<1${evil}@x>` }),
    'DSN: name of the system': (evil) => buildDeliveryStatusNotification({ ...dsn, reportingMta: `c.example${evil}` }),
    'DSN: recipient': (evil) => recipient({ finalRecipient: `b@h.example${evil}` }),
    'DSN: original recipient': (evil) => recipient({ originalRecipient: `b${evil}@h.example` }),
    'DSN: status': (evil) => recipient({ status: `5.1.1${evil}` }),
    'DSN: words of another system': (evil) => recipient({ diagnostic: `550 no${evil}` }),
    'DSN: many words of another system': (evil) => recipient({ diagnostic: `${'x '.repeat(200)}${evil.repeat(100)}` }),
  }
  const recipient = (change: object) =>
    buildDeliveryStatusNotification({ ...dsn, recipients: [{ ...dsn.recipients[0], ...change }] })

  test.each(Object.entries(strings))('%s', async (_, build) => {
    const honest = await build('')
    const names = fieldNames(honest)
    for (const evil of intrusions) {
      const written = await build(evil).catch(refusal)
      // Refused, or written as part of the value it was given for.
      if (written) expect(fieldNames(written), JSON.stringify(evil)).toEqual(names)
    }
  })
})

/** The names of all fields of all parts, those for machines included. */
function fieldNames(message: Bytes): readonly string[] {
  expect(decodeUtf8(message)).toMatch(/^(?:[^\r\n]*\r\n)*$/)
  const { header, parts } = parseEntity(message)
  const own = [header, ...parts.map((part) => part.header)].flatMap(({ fields }) => fields.map(({ name }) => name))
  const inReport = decodeUtf8(parts[1]!.body)
    .split('\r\n')
    .filter((line) => !/^[ \t]/.test(line))
  return [...own, ...inReport.map((line) => line.slice(0, line.indexOf(':')))]
}

function refusal(error: unknown): undefined {
  expect(error).toBeInstanceOf(MimeError)
  return undefined
}
