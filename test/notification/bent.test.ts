import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { parseEntity } from '../../src/mime/index.js'
import {
  type DeliveryStatusNotification,
  type DispositionNotification,
  parseBounce,
  parseDispositionNotificationOptions,
  parseNotification,
  recipientKey,
} from '../../src/notification/index.js'

const lines = (...text: readonly string[]) => encodeUtf8(`${text.join('\r\n')}\r\n`)

function report(kind: string, fields: readonly string[], header: readonly string[] = []) {
  return parseEntity(
    lines(
      ...header,
      `Content-Type: multipart/report; report-type=${kind}; boundary=b`,
      '',
      '--b',
      '',
      'For people.',
      '--b',
      `Content-Type: message/${kind}`,
      '',
      ...fields,
      '--b--',
    ),
  )
}

const goodMdn = [
  'Reporting-UA: h.example; product',
  'Final-Recipient: rfc822; bob@h.example',
  'Original-Message-ID: <1@c.example>',
  'Disposition: automatic-action/MDN-sent-automatically; processed',
]

/** The same fields with one of them changed, or left out. */
const changed = (name: string, ...fields: readonly string[]) => [
  ...goodMdn.filter((field) => !field.startsWith(name)),
  ...fields,
]

describe('an MDN with one thing wrong: what can be read is, and what is wrong is told', () => {
  test('nothing is wrong with a good one', () => {
    expect(parseNotification(report('disposition-notification', goodMdn))).toEqual({
      type: 'disposition-notification',
      reportingUa: 'h.example; product',
      finalRecipient: 'bob@h.example',
      originalMessageId: '<1@c.example>',
      disposition: {
        actionMode: 'automatic-action',
        sendingMode: 'MDN-sent-automatically',
        dispositionType: 'processed',
        modifiers: [],
      },
      finalDestinationDelivery: false,
      errors: [],
      extensions: [],
      problems: [],
    } satisfies DispositionNotification)
  })

  test.each([
    { comment: 'no recipient', fields: changed('Final'), problem: 'no-final-recipient' },
    {
      comment: 'an empty recipient',
      fields: changed('Final', 'Final-Recipient: rfc822;'),
      problem: 'no-final-recipient',
    },
    { comment: 'no disposition (MDN-10)', fields: changed('Disposition'), problem: 'no-disposition' },
    {
      comment: 'a disposition that is none',
      fields: changed('Disposition', 'Disposition: processed'),
      problem: 'unreadable-disposition',
    },
    { comment: 'no identifier', fields: changed('Original'), problem: 'no-original-message-id' },
    { comment: 'two recipients', fields: [...goodMdn, goodMdn[1]!], problem: 'duplicate-field' },
    { comment: 'nothing', fields: [], problem: 'no-report' },
  ])('$comment: $problem', ({ fields, problem }) => {
    const read = parseNotification(report('disposition-notification', fields))
    expect(read?.type).toBe('disposition-notification')
    expect(read?.problems).toContain(problem)
  })

  test.each([
    { comment: 'an identifier without brackets', fields: changed('Original', 'Original-Message-ID: 1@c.example') },
    { comment: 'a folded field', fields: changed('Original', 'Original-Message-ID:', ' <1@c.example>') },
    {
      comment: 'names in other letters',
      fields: goodMdn.map((field) => field.toUpperCase().replace('1@C.EXAMPLE', '1@c.example')),
    },
    { comment: 'blank lines between the fields', fields: goodMdn.flatMap((field) => [field, '']) },
    { comment: 'a recipient with a name', fields: changed('Final', 'Final-Recipient: rfc822; Bob <bob@h.example>') },
    { comment: 'a recipient without a type', fields: changed('Final', 'Final-Recipient: <bob@h.example>') },
    {
      comment: 'a disposition with white space everywhere (MDN-10)',
      fields: changed('Disposition', 'Disposition:  automatic-action / MDN-sent-automatically ;', '\tprocessed '),
    },
  ])('is read like a good one: $comment', ({ fields }) => {
    const read = parseNotification(report('disposition-notification', fields)) as DispositionNotification
    expect({ ...read, finalRecipient: read.finalRecipient?.toLowerCase() }).toMatchObject({
      finalRecipient: 'bob@h.example',
      originalMessageId: '<1@c.example>',
      disposition: { dispositionType: 'processed' },
      problems: [],
    })
  })

  test('without a blank line before them, the fields are read where they stand', () => {
    const message = parseEntity(
      lines(
        'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
        '',
        '--b',
        '',
        'x',
        '--b',
        'Content-Type: message/disposition-notification',
        ...goodMdn,
        '',
        '--b--',
      ),
    )
    expect(parseNotification(message)).toMatchObject({
      finalRecipient: 'bob@h.example',
      problems: ['fields-in-header'],
    })
  })

  test('the identifier comes from In-Reply-To, or from the message that came back, in this order', () => {
    const returned = ['--b', 'Content-Type: text/rfc822-headers', '', 'Message-ID: <7@c.example>', 'Subject: x']
    const without = changed('Original')
    const id = (fields: readonly string[], header: readonly string[] = []) =>
      parseNotification(report('disposition-notification', fields, header))
    expect(id([...without, ...returned])?.originalMessageId).toBe('<7@c.example>')
    expect(id([...without, ...returned], ['In-Reply-To: <8@c.example>'])).toMatchObject({
      originalMessageId: '<8@c.example>',
      problems: ['original-message-id-elsewhere'],
    })
    expect(id([...goodMdn, ...returned], ['In-Reply-To: <8@c.example>'])?.originalMessageId).toBe('<1@c.example>')
  })

  test('a report that lacks its part is one all the same: it is not to be answered (AS-103)', () => {
    const text = (type: string) =>
      parseEntity(lines(`Content-Type: multipart/report; report-type=${type}; boundary=b`, '', '--b', '', 'x', '--b--'))
    expect(parseNotification(text('disposition-notification'))).toMatchObject({
      problems: expect.arrayContaining(['no-report']),
    })
    expect(parseNotification(text('Delivery-Status'))?.type).toBe('delivery-status-notification')
    expect(parseNotification(text('feedback-report'))).toBeUndefined()
  })

  test('words about errors, and fields that no rule names, are handed on', () => {
    const fields = [
      ...goodMdn,
      'Error: =?utf-8?q?voll?=',
      'Failure: old',
      'X-DIRECT-FINAL-DESTINATION-DELIVERY: ',
      'X-Other: 1',
    ]
    expect(parseNotification(report('disposition-notification', fields))).toMatchObject({
      errors: ['voll', 'old'],
      finalDestinationDelivery: true,
      extensions: [{ name: 'X-Other', body: '1' }],
    })
  })
})

const goodDsn = [
  'Reporting-MTA: dns; h.example',
  'X-Original-Message-ID: <1@c.example>',
  '',
  'Final-Recipient: rfc822; bob@h.example',
  'Action: failed',
  'Status: 5.1.1',
]

describe('a DSN', () => {
  const read = (fields: readonly string[], header: readonly string[] = []) =>
    parseNotification(report('delivery-status', fields, header)) as DeliveryStatusNotification

  test.each([
    { comment: 'no action', drop: 'Action', problem: 'no-action' },
    { comment: 'no status', drop: 'Status', problem: 'no-status' },
    { comment: 'no recipient', drop: 'Final-Recipient', problem: 'no-final-recipient' },
    { comment: 'no identifier', drop: 'X-Original', problem: 'no-original-message-id' },
  ])('with one thing wrong: $comment', ({ drop, problem }) => {
    expect(read(goodDsn.filter((field) => !field.startsWith(drop))).problems).toEqual([problem])
    expect(read(goodDsn).problems).toEqual([])
  })

  test.each([
    { comment: 'of a recipient', fields: [...goodDsn, 'action: delivered'] },
    { comment: 'of the message', fields: ['Reporting-MTA: dns; other.example', ...goodDsn] },
    {
      comment: 'of the message, among those of a recipient',
      fields: [...goodDsn, 'REPORTING-MTA: dns; other.example'],
    },
  ])('a field twice, $comment: it is told, and the first counts', ({ fields }) => {
    const notification = read(fields)
    expect(notification.problems).toEqual(['duplicate-field'])
    expect(notification.recipients).toEqual([{ finalRecipient: 'bob@h.example', action: 'failed', status: '5.1.1' }])
    expect(read([...goodDsn, 'X-Note: 1', 'X-Note: 2'])).toMatchObject({
      problems: [],
      recipients: [{ action: 'failed' }],
    })
  })

  test('one of two recipients with a field twice is enough', () => {
    const second = ['', 'Final-Recipient: rfc822; carol@h.example', 'Action: failed', 'Status: 5.1.1']
    expect(read([...goodDsn, ...second]).problems).toEqual([])
    expect(read([...goodDsn, ...second, 'Status: 5.2.2']).problems).toEqual(['duplicate-field'])
    expect(read([...goodDsn, 'Status: 5.2.2', ...second]).problems).toEqual(['duplicate-field'])
  })

  test('about nobody, and without an identifier but that of its header, it is told', () => {
    expect(read(goodDsn.slice(0, 2)).problems).toEqual(['no-final-recipient'])
    expect(read(goodDsn).problems).toEqual([])
    const without = goodDsn.filter((field) => !field.startsWith('X-Original'))
    expect(read(without, ['In-Reply-To: <9@c.example>'])).toMatchObject({
      originalMessageId: '<9@c.example>',
      problems: ['original-message-id-elsewhere'],
    })
  })

  test.each([
    { status: '5.1.1', expected: '5.1.1' },
    { status: '5.1.1 (no such user)', expected: '5.1.1' },
    { status: '5.123.999', expected: '5.123.999' },
    { status: '5.1.1234', expected: undefined },
    { status: 'code 5.1.1', expected: undefined },
    { status: '3.1.1', expected: undefined },
  ])('the status "$status": $expected', ({ status, expected }) => {
    const { recipients, problems } = read([...goodDsn.slice(0, -1), `Status: ${status}`])
    expect(recipients[0]?.status).toBe(expected)
    expect(problems).toEqual(expected ? [] : ['no-status'])
  })

  test('the other system, its words, and what no rule names', () => {
    const more = ['Remote-MTA: DNS; mx.other.example', 'Diagnostic-Code: smtp; 550 no such user', 'X-Spam: no']
    const notification = read(['X-Queue: 7', ...goodDsn, ...more])
    expect(notification.reportingMta).toBe('h.example')
    expect(notification.recipients[0]).toMatchObject({
      remoteMta: 'mx.other.example',
      diagnosticCode: 'smtp; 550 no such user',
    })
    expect(notification.extensions).toEqual([{ name: 'X-Queue', body: '7' }])
  })

  test('a thousand groups are read, and that there were more is told', () => {
    const group = (at: number) => ['', `Final-Recipient: rfc822; p${at}@h.example`, 'Action: failed', 'Status: 5.1.1']
    const many = (count: number) => [
      ...goodDsn.slice(0, 2),
      ...Array.from({ length: count }, (_, at) => group(at)).flat(),
    ]
    expect(read(many(999))).toMatchObject({ recipients: { length: 999 }, problems: [] })
    expect(read(many(1000))).toMatchObject({ recipients: { length: 999 }, problems: ['too-large'] })
  })

  test('a mebibyte is read, and that there was more is told', () => {
    const filled = (length: number) => {
      const rest = length - lines(...goodDsn, 'X-Fill: ').length + 2
      return read([...goodDsn, `X-Fill: ${'a'.repeat(rest)}`])
    }
    expect(filled(0x10_0000)).toMatchObject({ recipients: { length: 1 }, problems: [] })
    expect(filled(0x10_0001)).toMatchObject({ recipients: { length: 1 }, problems: ['too-large'] })
  })

  test('several recipients, with the blank lines between them forgotten', () => {
    const second = [
      'Original-Recipient: rfc822; <all@h.example>',
      'Final-Recipient: rfc822; Carol@h.example',
      'Action: DELAYED (for now)',
      'Status: 4.4.7 (later)',
    ]
    const expected = [
      { finalRecipient: 'bob@h.example', action: 'failed', status: '5.1.1' },
      { originalRecipient: 'all@h.example', finalRecipient: 'Carol@h.example', action: 'delayed', status: '4.4.7' },
    ]
    expect(read([...goodDsn, '', ...second]).recipients).toEqual(expected)
    expect(read([...goodDsn, ...second.slice(1)]).recipients).toEqual(
      [expected[0], { ...expected[1], originalRecipient: undefined }].map((row) => JSON.parse(JSON.stringify(row))),
    )
    expect(read(goodDsn.filter((field) => field !== '')).recipients).toEqual(expected.slice(0, 1))
  })

  test.each([
    { comment: 'ENVID, when it is an identifier', envelope: '<5@c.example>', expected: '<5@c.example>' },
    { comment: 'the extension field, when ENVID is something else', envelope: 'QQ314159', expected: '<1@c.example>' },
  ])('is about the message that is named by $comment (DN-22)', ({ envelope, expected }) => {
    expect(read([`Original-Envelope-Id: ${envelope}`, ...goodDsn], ['In-Reply-To: <9@c.example>'])).toMatchObject({
      originalEnvelopeId: envelope,
      originalMessageId: expected,
    })
  })

  test('a recipient beyond ASCII, in the form of 7-bit reports (RFC 6533 §3)', () => {
    const field = (body: string) =>
      read([...goodDsn.slice(0, 3), `Final-Recipient: utf-8; ${body}`, ...goodDsn.slice(4)])
    expect(field('j\\x{f6}rg@h.example').recipients[0]?.finalRecipient).toBe('jörg@h.example')
    expect(field('j\\x{0a}rg@h.example').recipients[0]?.finalRecipient).not.toContain('\n')
  })
})

describe('a bounce that nobody has signed', () => {
  const bounce = (header: readonly string[], ...text: readonly string[]) =>
    parseBounce(parseEntity(lines(...header, '', ...text)))
  const daemon = ['From: MAILER-DAEMON@mx.example']

  test('in words: the recipient, the status, the message that came back', () => {
    const read = bounce(
      daemon,
      'Hi.',
      '',
      '<bob@h.example>:',
      'no such user (#5.1.1)',
      '',
      '--- Below this line is a copy of the message.',
      '',
      'From: ann@c.example',
      'Message-ID: <1@c.example>',
    )
    expect(read).toMatchObject({
      originalMessageId: '<1@c.example>',
      recipients: [{ finalRecipient: 'bob@h.example', action: 'failed', status: '5.1.1' }],
    })
  })

  test('of a delay is no failure', () => {
    const words = (text: string) => bounce(daemon, text, '', '<bob@h.example>: timed out')?.recipients[0]?.action
    expect(words('Your message has been delayed.')).toBe('delayed')
    expect(words('Your message has been returned.')).toBe('failed')
  })

  test.each([
    { comment: 'a list with dots', text: ['  * bob@h.example'], expected: ['bob@h.example'] },
    { comment: 'a sentence', text: ['undeliverable to bob@h.example'], expected: ['bob@h.example'] },
    {
      comment: 'a sentence with brackets',
      text: ['Reason: Unable to deliver message to <bob@h.example> (and others).'],
      expected: ['bob@h.example'],
    },
    {
      comment: 'a transcript: who was refused, and not who was taken',
      text: [
        '>>> RCPT TO:<amy@h.example>',
        '<<< 250 2.1.5 fine',
        '>>> RCPT TO:<bob@h.example>',
        '<<< 550 5.1.1 no such user',
      ],
      expected: ['bob@h.example'],
    },
    {
      comment: 'a transcript does not count where an alias of it is named',
      text: ['<bob@h.example>', '>>> RCPT TO:<robert@h.example>', '<<< 550 no such user'],
      expected: ['bob@h.example'],
    },
  ])('in words, by $comment', ({ text, expected }) => {
    expect(bounce(daemon, ...text)?.recipients.map(({ finalRecipient }) => finalRecipient)).toEqual(expected)
  })

  test('a report that names nobody, beside words that do; and blank lines before the message that came back', () => {
    const parts = (...status: readonly string[]) => [
      '--b',
      '',
      '<bob@h.example>: no such user',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      ...status,
      '--b',
      'Content-Type: message/rfc822',
      '',
      '',
      'Message-ID: <1@c.example>',
      '',
      '--b--',
    ]
    const read = (...status: readonly string[]) =>
      bounce([...daemon, 'Content-Type: multipart/report; boundary=b'], ...parts(...status))
    const common = { reportingMta: 'mx.example', originalMessageId: '<1@c.example>' }
    expect(read()).toMatchObject({ ...common, recipients: [{ finalRecipient: 'bob@h.example', action: 'failed' }] })
    expect(read('', 'Final-Recipient: rfc822; amy@h.example', 'Action: delivered')).toMatchObject({
      ...common,
      recipients: [{ finalRecipient: 'amy@h.example', action: 'delivered' }],
    })
  })

  test.each([
    { comment: 'a person who writes of an address', header: ['From: ann@c.example'], expected: undefined },
    {
      comment: 'words of absence',
      header: ['Return-Path: <>', 'From: ann@c.example', 'Auto-Submitted: auto-replied'],
      expected: undefined,
    },
    { comment: 'a mail system', header: daemon, expected: 1 },
    { comment: 'a mail system without an address', header: ['From: Mail Delivery System <>'], expected: 1 },
  ])('$comment', ({ header, expected }) => {
    expect(bounce(header, '<bob@h.example>: no such user')?.recipients.length).toBe(expected)
  })

  test('a status in another wrapping is a bounce, and no notification (MDN-15)', () => {
    const message = parseEntity(
      lines(
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: message/delivery-status',
        '',
        ...goodDsn,
        '--b--',
      ),
    )
    expect(parseBounce(message)?.recipients).toHaveLength(1)
    expect(parseNotification(message)).toBeUndefined()
  })
})

describe('Disposition-Notification-Options by its grammar (RFC 8098 §2.2)', () => {
  test.each([
    { comment: 'one', body: 'a=required,b', expected: [{ attribute: 'a', importance: 'required', values: ['b'] }] },
    {
      comment: 'several, with white space',
      body: ' a = optional , b , "c;d" ; e=REQUIRED,f;',
      expected: [
        { attribute: 'a', importance: 'optional', values: ['b', 'c;d'] },
        { attribute: 'e', importance: 'required', values: ['f'] },
      ],
    },
    { comment: 'no value', body: 'a=required', expected: undefined },
    { comment: 'no importance', body: 'a=b', expected: undefined },
    { comment: 'one good and one that is none', body: 'a=required,b; c', expected: undefined },
    { comment: 'a quote that does not end', body: 'a=required,"b', expected: undefined },
    { comment: 'nothing', body: '', expected: undefined },
  ])('$comment', ({ body, expected }) => {
    expect(parseDispositionNotificationOptions(body)).toEqual(expected)
  })
})

test.each([
  { body: 'utf-8; j\\x{f6}rg@h.example', expected: 'jörg@h.example' },
  { body: 'UTF-8; j\\x{F6}rg@h.example', expected: 'jörg@h.example' },
  { body: 'utf-8; \\x{1f600}@h.example', expected: '😀@h.example' },
  { body: 'rfc822; <bob@h.example>', expected: 'bob@h.example' },
  { body: 'unknown; <no address>', expected: 'no address' },
  { body: 'X400; /C=us/', expected: '/C=us/' },
])('a recipient "$body": $expected', ({ body, expected }) => {
  const fields = changed('Final', `Final-Recipient: ${body}`)
  const notification = parseNotification(report('disposition-notification', fields)) as DispositionNotification
  expect(notification.finalRecipient).toBe(expected)
})

test('a field of options is read up to 2,000 characters', () => {
  const body = (length: number) => `a=required,${'b'.repeat(length - 11)}`
  expect(parseDispositionNotificationOptions(body(2000))).toHaveLength(1)
  expect(parseDispositionNotificationOptions(body(2001))).toBeUndefined()
})

test('spellings of one recipient have one key (DN-23)', () => {
  const spellings = [
    'bob@h.example',
    'rfc822; Bob@H.example',
    'RFC822;<bob@h.example>',
    'Bob <BOB@h.example>',
    ' <bob@h.example> ',
  ]
  expect(new Set(spellings.map(recipientKey))).toEqual(new Set(['bob@h.example']))
  expect(recipientKey('rfc822; carol@h.example')).not.toBe(recipientKey('bob@h.example'))
})

test.each([
  { comment: 'four megabytes of blank lines', body: '\r\n'.repeat(2_000_000) },
  { comment: 'a field of a megabyte', body: `Final-Recipient: ${'a'.repeat(1_000_000)}` },
  { comment: 'a recipient of brackets', body: `Final-Recipient: rfc822; ${'<'.repeat(500_000)}` },
  {
    comment: 'a hundred thousand recipients',
    body: 'Final-Recipient: a@b.example\r\nAction: failed\r\n\r\n'.repeat(100_000),
  },
  { comment: 'fields of one recipient, named again and again', body: 'Final-Recipient: a@b.example\r\n'.repeat(9000) },
  { comment: 'dashes', body: `${'-'.repeat(50_000)}\r\n`.repeat(20) },
  { comment: 'addresses', body: '<a@b.example>: '.repeat(100_000) },
  { comment: 'lines with an address each', body: '<a@b.example>:\r\n'.repeat(100_000) },
])('costs little: $comment', ({ body }) => {
  const inReport = (kind: string) => report(kind, [body])
  const inWords = parseEntity(lines('From: MAILER-DAEMON@x.example', '', body))
  const entities = [inReport('disposition-notification'), inReport('delivery-status'), inWords]
  const start = performance.now()
  for (const entity of entities) {
    parseNotification(entity)
    expect(parseBounce(entity)?.recipients.length ?? 0).toBeLessThanOrEqual(9001)
  }
  expect(performance.now() - start).toBeLessThan(10_000)
})

test.each([
  '<'.repeat(100_000),
  '"'.repeat(100_000),
  `a=required,${'"\\'.repeat(4000)}`,
  ' '.repeat(100_000),
  `${'a=required,b;'.repeat(700)}c`,
])('an option field costs little: %#', (body) => {
  const start = performance.now()
  expect(parseDispositionNotificationOptions(body)).toBeUndefined()
  expect(performance.now() - start).toBeLessThan(5000)
})
