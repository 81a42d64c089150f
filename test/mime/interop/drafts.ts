/** Messages of every kind that the writer can write. */

import { base, type DraftCase, type DraftRow } from './draft-case.js'
import { contents } from './drafts-of-contents.js'

const headers: readonly DraftRow[] = [
  { name: 'a subject beyond ASCII', more: { subject: 'Überweisung für 日本語 👩‍⚕️', text: 'x\n' } },
  { name: 'a subject from right to left', more: { subject: 'תוצאות בדיקה – نتيجة', text: 'x\n' } },
  { name: 'a long subject', more: { subject: 'word '.repeat(60).trim(), text: 'x\n' } },
  { name: 'a long subject beyond ASCII', more: { subject: 'Überweisung 👩‍⚕️ '.repeat(40).trim(), text: 'x\n' } },
  { name: 'a subject of one long word', more: { subject: 'x'.repeat(500), text: 'x\n' } },
  { name: 'a subject that looks encoded', more: { subject: '=?utf-8?q?no?= and =?x', text: 'x\n' } },
  { name: 'a subject with runs of blanks', more: { subject: 'one  two   three', text: 'x\n' } },
  {
    name: 'names that have to be quoted',
    more: {
      from: { name: 'Lee, Ann (Dr.) "A" \\ <x@y>', address: 'ann@clinic.example' },
      to: [
        { name: 'J. Roe', address: 'roe@hospital.example' },
        { name: 'a: group;', address: 'group@hospital.example' },
        { name: '@', address: 'at@hospital.example' },
      ],
      text: 'x\n',
    },
  },
  {
    name: 'names beyond ASCII',
    more: {
      from: { name: 'Zoë', address: 'zoe@clinic.example' },
      to: [
        { name: 'Müller, Jörg', address: 'mueller@hospital.example' },
        { name: '山田 太郎', address: 'yamada@hospital.example' },
        { name: 'ד"ר כהן', address: 'cohen@hospital.example' },
        { name: `Jörg ${'von und zu '.repeat(12)}Ende`, address: 'long@hospital.example' },
      ],
      cc: { name: '👩‍⚕️', address: 'emoji@hospital.example' },
      text: 'x\n',
    },
  },
  {
    name: 'every field of addresses and identifiers',
    more: {
      sender: { name: 'The Desk', address: 'desk@clinic.example' },
      replyTo: ['replies@clinic.example', { name: 'Ann', address: 'ann@clinic.example' }],
      cc: ['c1@hospital.example', 'c2@hospital.example'],
      bcc: 'b@hospital.example',
      inReplyTo: '<0@hospital.example>',
      references: ['<a@hospital.example>', '<0@hospital.example>'],
      text: 'x\n',
    },
  },
  {
    name: 'odd addresses',
    more: {
      to: ["o'hara+tag@hospital.example", '!#$%&*/=?^_`{|}~-@hospital.example', '"a b"@hospital.example', 'a@b'],
      text: 'x\n',
    },
  },
  {
    name: 'three hundred recipients',
    more: {
      to: Array.from({ length: 300 }, (_, index) => ({
        name: `Bob ${index}`,
        address: `bob${index}@hospital.example`,
      })),
      text: 'x\n',
    },
  },
  {
    name: 'a hundred references',
    more: {
      references: Array.from({ length: 100 }, (_, index) => `<${index}.reference@clinic.example>`),
      text: 'x\n',
    },
  },
  {
    name: 'further fields',
    more: {
      fields: [
        ['X-Short', 'a'],
        ['X-Long', 'word '.repeat(50).trim()],
        ['X-One-Word', 'y'.repeat(300)],
        ['Disposition-Notification-Options', 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true'],
      ],
      text: 'x\n',
    },
  },
  {
    name: 'further fields beyond ASCII',
    more: {
      fields: [
        ['X-Note', 'Grüße aus Zürich 👩‍⚕️'],
        ['X-Long-Note', 'Grüße an alle, '.repeat(30).trim()],
      ],
      text: 'x\n',
    },
  },
  {
    name: 'domains beyond ASCII',
    more: {
      from: { name: 'Zoë', address: 'zoe@zürich.example' },
      to: ['bob@hôpital.example', 'carol@病院.example'],
      text: 'x\n',
    },
    reads: {
      from: [['Zoë', 'zoe@xn--zrich-kva.example']],
      to: [
        ['', 'bob@xn--hpital-ixa.example'],
        ['', 'carol@xn--0rys90e.example'],
      ],
    },
  },
  { name: 'a date long ago', more: { date: Date.UTC(1971, 1, 28, 23, 59, 59), text: 'x\n' } },
]

const { subject: _, ...withoutSubject } = base

export const drafts: readonly DraftCase[] = [
  ...[...contents, ...headers].map(({ more, ...rest }) => ({ ...rest, draft: { ...base, ...more } })),
  { name: 'no subject', draft: { ...withoutSubject, text: 'x\n' } },
]
