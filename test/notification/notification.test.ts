import { describe, expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { MimeError, parseEntity } from '../../src/mime/index.js'
import {
  buildDispositionNotification,
  deliveryRequestFields,
  isFailure,
  parseDisposition,
  parseNotification,
  requestsDelivery,
} from '../../src/notification/index.js'
import vectors from '../../vectors/rfc/dispositions.json' with { type: 'json' }

const automatic = { actionMode: 'automatic-action', sendingMode: 'MDN-sent-automatically', modifiers: [] } as const

describe('the Disposition field (RFC 8098 §3.2.6)', () => {
  test.each(vectors.filter(({ field }) => field === 'Disposition'))('$comment', ({ input, expected }) => {
    expect(parseDisposition(input)).toMatchObject(expected)
  })

  test.each([
    {
      comment: 'other letters, and white space around every mark (MDN-8)',
      input: ' Automatic-Action / mdn-SENT-automatically ;\tProcessed ',
      expected: { ...automatic, dispositionType: 'processed' },
    },
    {
      comment: 'a type that only older programs write (MDN-9)',
      input: 'automatic-action/MDN-sent-automatically; failed',
      expected: { ...automatic, dispositionType: 'failed' },
    },
    {
      comment: 'modifiers',
      input: 'automatic-action/MDN-sent-automatically; processed/Error, warning',
      expected: { ...automatic, dispositionType: 'processed', modifiers: ['error', 'warning'] },
    },
    { comment: 'no type', input: 'automatic-action/MDN-sent-automatically;', expected: undefined },
    { comment: 'an unknown mode', input: 'magic-action/MDN-sent-automatically; processed', expected: undefined },
    {
      comment: 'two types',
      input: 'automatic-action/MDN-sent-automatically; processed dispatched',
      expected: undefined,
    },
  ])('$comment', ({ input, expected }) => {
    expect(parseDisposition(input)).toEqual(expected)
  })
})

describe('the request for a notification of delivery (DN-1 to DN-4)', () => {
  test.each([
    { comment: 'as the guide writes it', options: 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true', asks: true },
    {
      comment: 'other letters and blanks',
      options: ' x-direct-final-destination-delivery = Optional , TRUE ',
      asks: true,
    },
    { comment: 'among others', options: 'a=optional,b; X-DIRECT-FINAL-DESTINATION-DELIVERY=required,true', asks: true },
    { comment: 'false', options: 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,false', asks: false },
    { comment: 'another option', options: 'X-DIRECT-FINAL-DESTINATION-DELIVER=optional,true', asks: false },
    { comment: 'no importance', options: 'X-DIRECT-FINAL-DESTINATION-DELIVERY=true', asks: false },
    {
      comment: 'twice, which says two things',
      options: 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true;X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,false',
      asks: false,
    },
    { comment: 'two values', options: 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true,false', asks: false },
    { comment: 'nothing', options: undefined, asks: false },
  ])('$comment: $asks', ({ options, asks }) => {
    expect(requestsDelivery(options)).toBe(asks)
  })

  test('where the answer goes, and what is asked for', () => {
    expect(deliveryRequestFields('ann@c.example')).toEqual([
      ['Disposition-Notification-To', 'ann@c.example'],
      ['Disposition-Notification-Options', 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true'],
    ])
  })

  test('what is written is read', () => {
    expect(
      requestsDelivery(new Map(deliveryRequestFields('a@b.example')).get('Disposition-Notification-Options')),
    ).toBe(true)
  })
})

const draft = {
  recipient: 'bob@direct.hospital.example',
  to: 'ann@direct.clinic.example',
  originalMessageId: '<1@direct.clinic.example>',
  dispositionType: 'processed',
  reportingUa: 'direct.hospital.example',
  messageId: '<2@direct.hospital.example>',
  date: Date.UTC(2026, 5, 1),
} as const

describe('an MDN (RFC 8098 §3)', () => {
  test('never asks for one itself (AS-104)', async () => {
    expect(decodeUtf8(await buildDispositionNotification(draft))).not.toMatch(/^Disposition-Notification-/im)
  })

  test.each([
    { comment: 'a recipient that would begin another field', change: { recipient: 'b@c.example\r\nX: y' } },
    { comment: 'an identifier that would begin another field', change: { originalMessageId: '<1>\r\nX: <y>' } },
    { comment: 'a name of this system that would begin another field', change: { reportingUa: 'a\r\nX: y' } },
  ])('$comment is refused', async ({ change }) => {
    await expect(buildDispositionNotification({ ...draft, ...change })).rejects.toThrow(MimeError)
    expect(await buildDispositionNotification(draft)).toBeDefined()
  })
})

describe('reading a notification', () => {
  const report = (fields: readonly string[], header = 'Content-Type: multipart/report; boundary=b') =>
    parseEntity(
      encodeUtf8(
        [header, 'In-Reply-To: <9@x.example>', '', '--b', '', 'Read it.', '--b']
          .concat('Content-Type: message/disposition-notification', '', ...fields, '--b--', '')
          .join('\r\n'),
      ),
    )

  test.each([
    { comment: 'an address type', field: 'Final-Recipient: rfc822; bob@h.example', expected: 'bob@h.example' },
    { comment: 'another address type', field: 'Final-Recipient: UTF-8;bob@h.example', expected: 'bob@h.example' },
    { comment: 'no address type (DN-23)', field: 'Final-Recipient: bob@h.example', expected: 'bob@h.example' },
    { comment: 'brackets', field: 'final-recipient: RFC822 ; <bob@h.example>', expected: 'bob@h.example' },
    { comment: 'nothing', field: 'Final-Recipient:', expected: undefined },
  ])('a recipient with $comment', ({ field, expected }) => {
    expect(parseNotification(report([field]))).toMatchObject({ type: 'disposition-notification' })
    expect((parseNotification(report([field])) as { finalRecipient?: string }).finalRecipient).toBe(expected)
  })

  test('what it is about: Original-Message-ID, or In-Reply-To without one', () => {
    expect(parseNotification(report(['Original-Message-ID: <1@x.example>']))?.originalMessageId).toBe('<1@x.example>')
    expect(parseNotification(report(['X: y']))?.originalMessageId).toBe('<9@x.example>')
  })

  test.each([
    {
      comment: 'multipart/mixed, whatever it holds',
      header: 'Content-Type: multipart/mixed; boundary=b',
      expected: undefined,
    },
    {
      comment: 'a subject that says so (MDN-15)',
      header: 'Subject: Processed\r\nContent-Type: text/plain',
      expected: undefined,
    },
    { comment: 'a report', header: 'Content-Type: multipart/report; boundary=b', expected: 'disposition-notification' },
  ])('is recognised by its type alone: $comment', ({ header, expected }) => {
    expect(parseNotification(report(['X: y'], header))?.type).toBe(expected)
  })
})

test.each([
  { type: 'failed', modifiers: [], failure: true },
  { type: 'denied', modifiers: [], failure: true },
  { type: 'processed', modifiers: ['warning', 'error'], failure: true },
  { type: 'processed', modifiers: ['warning'], failure: false },
  { type: 'deleted', modifiers: [], failure: false },
])('$type with $modifiers is a failure: $failure (DN-20)', ({ type, modifiers, failure }) => {
  expect(isFailure({ ...automatic, dispositionType: type, modifiers })).toBe(failure)
  expect(isFailure(undefined)).toBe(false)
})
