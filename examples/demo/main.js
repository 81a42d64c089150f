/**
 * The main job, once through: two organisations, a referral, its answer, and three failures.
 *
 *   node examples/demo/main.js [--file PATH] [--save DIR]
 */

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { createAgent, explain } from 'direct-smime'
import { createAuthority } from 'direct-smime/testing'
import { letterPdf } from './content/letter.js'
import { referralNote } from './content/referral.js'
import { carry, openPostOffice } from './post.js'
import { saver } from './save.js'
import { block, bold, dim, explanation, fact, green, heading, red, say, size } from './transcript.js'

const { values: options } = parseArgs({ options: { file: { type: 'string' }, save: { type: 'string' } } })
const at = Date.now()
const ann = 'ann.garcia@direct.lakeside.example'
const cardiology = 'cardiology@direct.mercy-valley.example'

console.log(bold('\nA referral by Direct secure messaging'))
say(dim('Everything here was made a moment ago: keys, certificates, patient and letter.'))

heading('Two organisations, each with its own certification authority')
const lakeside = await createAuthority({ organization: 'Lakeside Family Medicine', at })
const mercy = await createAuthority({ organization: 'Mercy Valley Hospital', at })
const doctor = await lakeside.issue({ address: ann })
const hospital = await mercy.issue({ domain: 'direct.mercy-valley.example' })
const published = [doctor.certificate, hospital.certificate]
const clinicAgent = createAgent({ identities: [doctor.identity], trust: [mercy.certificate], discovery: published })
const hospitalAgent = createAgent({
  identities: [hospital.identity],
  trust: [lakeside.certificate],
  discovery: published,
})
fact('Lakeside', `${ann}, a certificate of her own`)
fact('Mercy Valley', `${cardiology}, the certificate of the whole domain`)
fact('Trust', 'each has the other one’s authority among its anchors')

heading('The referral is written, signed, and encrypted')
const attachments = options.file ? [await fileAttachment(options.file)] : referralAttachments()
const sealed = await clinicAgent.seal({
  from: { name: 'Dr. Ann García', address: ann },
  to: [{ name: 'Cardiology', address: cardiology }],
  subject: 'Referral: new onset atrial fibrillation',
  text: 'Dear colleagues,\n\nplease see Mr. Núñez for evaluation of new onset atrial fibrillation.\nHis summary and my letter are attached.\n\nAnn García, MD\n',
  attachments,
  requestDelivery: true,
})
const [message] = sealed.messages
if (!message) throw new Error('nobody may get the referral')
fact('Message-ID', sealed.messageId)
for (const { filename, content } of attachments) fact('Attached', `${filename}, ${size(content.length)}`)
fact('Sealed', `${size(message.raw.length)}, for ${message.envelope.rcptTo.join(', ')}`)
say()
say('What mail systems on the way can read of it:')
block(new TextDecoder().decode(message.raw.subarray(0, headerLength(message.raw))).trimEnd())

heading('Over a real SMTP hop, and opened')
const office = await openPostOffice()
const delivered = await carry(office, message)
const opened = await hospitalAgent.open(delivered.raw, { envelope: delivered.envelope })
if (opened.kind !== 'message') throw new Error(`the referral was not opened: ${opened.kind}`)
const { header, text, attachments: received } = opened.message
fact('From', `${header.from.name} <${opened.message.author}> ${green('✓ signed, verified, trusted')}`)
fact('To', opened.recipients.map(({ address }) => address).join(', '))
fact('Subject', `${header.subject}`)
fact('Date', new Date(header.date ?? at).toUTCString())
say()
block((text ?? '').trimEnd())
say()
for (const [index, { filename, type, content }] of received.entries()) {
  const same = Buffer.compare(content, attachments[index]?.content ?? new Uint8Array()) === 0
  fact(
    'Attachment',
    `${filename}  ${dim(type)}  ${size(content.length)}  ${same ? green('✓ byte for byte') : red('✗ changed')}`,
  )
}
say()
say('Why it was accepted:')
explanation(explain(opened.explanation))

heading('The answer travels back and is matched to what was sent')
const answer = await hospitalAgent.acknowledge(opened.receipt, 'processed')
const [notification] = answer.messages
if (!notification) throw new Error('nobody may get the notification')
const returned = await carry(office, notification)
const told = await clinicAgent.open(returned.raw, { envelope: returned.envelope })
if (told.kind !== 'notification' || told.notification.type !== 'disposition-notification')
  throw new Error('no notification')
const matched = told.notification.originalMessageId === sealed.messageId && told.spokenFor.includes(cardiology)
fact('Notification', `${told.notification.disposition?.dispositionType} for ${told.notification.finalRecipient}`)
fact('About', `${told.notification.originalMessageId}`)
fact('Matched', matched ? green('✓ our referral, and the signer speaks for the recipient') : red('✗'))

heading('A sender whom nobody here trusts')
const stranger = await createAuthority({ organization: 'Quick Pills Online', at })
const seller = await stranger.issue({ address: 'sales@direct.quick-pills.example' })
const strangeAgent = createAgent({ identities: [seller.identity], trust: [mercy.certificate], discovery: published })
const advert = await strangeAgent.seal({
  from: 'sales@direct.quick-pills.example',
  to: cardiology,
  subject: 'Offer',
  text: 'Buy!',
})
const unwanted = await hospitalAgent.open(mustHave(advert.messages[0]).raw)
showRejection(unwanted)

heading('A message that was changed on its way')
const tampered = Uint8Array.from(message.raw)
const middle = Math.floor(tampered.length / 2)
tampered[middle] = tampered[middle] === 0x41 ? 0x42 : 0x41
showRejection(await hospitalAgent.open(tampered))

heading('A recipient without a certificate')
const typo = 'cardiolgy@direct.mercy-vally.example'
const lost = await clinicAgent.seal({ from: ann, to: [cardiology, typo], subject: 'Referral', text: 'See attached.' })
for (const { address, code, temporary, explanation: why } of lost.rejected) {
  fact('Rejected', `${address}: ${red(code)}${temporary ? ', try again later' : ''}`)
  explanation(explain(why))
}
fact('Sent to', lost.messages.flatMap(({ envelope }) => envelope.rcptTo).join(', '))
await office.close()

if (options.save) {
  heading('Saved, for anyone to open with OpenSSL')
  const save = await saver(options.save)
  await save.identity('lakeside', doctor, lakeside)
  await save.identity('mercy-valley', hospital, mercy)
  await save.message('referral', message.raw, { recipient: 'mercy-valley', anchor: 'lakeside' })
  await save.message('processed', notification.raw, { recipient: 'lakeside', anchor: 'mercy-valley' })
  for (const command of save.commands) say(command)
}
console.log()

/** @returns {{ filename: string, type: string, content: Uint8Array }[]} */
function referralAttachments() {
  const note = referralNote({
    patient: { given: 'José', family: 'Núñez' },
    author: { given: 'Ann', family: 'García', organization: 'Lakeside Family Medicine', address: ann },
    recipient: { organization: 'Mercy Valley Hospital, Cardiology', address: cardiology },
    at,
  })
  const lines = [
    'Dear colleagues,',
    '',
    'please see Mr. Núñez for evaluation of new onset atrial fibrillation.',
    '',
    'Ann García, MD',
  ]
  return [
    { filename: 'referral-note.xml', type: 'text/xml', content: new TextEncoder().encode(note) },
    {
      filename: 'Überweisung – letter.pdf',
      type: 'application/pdf',
      content: letterPdf({ title: 'Referral letter', lines }),
    },
  ]
}

/** @param {string} path */
async function fileAttachment(path) {
  return { filename: basename(path), type: 'application/octet-stream', content: new Uint8Array(await readFile(path)) }
}

/** @param {import('direct-smime').Opened} opened */
function showRejection(opened) {
  if (opened.kind !== 'rejected') throw new Error(`it should have been rejected: ${opened.kind}`)
  fact('Rejected', red(opened.code))
  explanation(explain(opened.explanation))
  say(dim('No content is reachable, and nothing is sent back.'))
}

/** @template Value @param {Value | undefined} value @returns {Value} */
function mustHave(value) {
  if (value === undefined) throw new Error('something is missing')
  return value
}

/** @param {Uint8Array} raw */
function headerLength(raw) {
  return Buffer.from(raw).indexOf('\r\n\r\n')
}
