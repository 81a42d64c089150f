/**
 * The main job, once through: two organisations, a referral, its answer, and three failures.
 *
 *   npm run demo -- [--file PATH] [--save DIR]
 */

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { createAgent, explain } from 'direct-smime'
import { createAuthority } from 'direct-smime/testing'
import { letterPdf } from './content/letter.js'
import { author, patient, recipient } from './content/people.js'
import { referralNote } from './content/referral.js'
import { openPostOffice } from './post.js'
import { saver } from './save.js'
import { block, bold, dim, explanation, fact, green, heading, red, say, size } from './transcript.js'

const { values: options } = parseArgs({ options: { file: { type: 'string' }, save: { type: 'string' } } })
const at = Date.now()
const ann = author.direct
const bob = recipient.direct

console.log(bold('\nA referral by Direct secure messaging'))
say(dim('Everything here was made a moment ago, or made up: keys, certificates, patient and letter.'))

heading('Two organisations, each with its own certification authority')
const clinicAuthority = await createAuthority({ organization: author.organization, at })
const hospitalAuthority = await createAuthority({ organization: 'Example Hospital', at })
const clinic = await clinicAuthority.issue({ address: ann })
const hospital = await hospitalAuthority.issue({ domain: 'direct.hospital.example' })
const discovery = [clinic.certificate, hospital.certificate]
const clinicAgent = createAgent({ identities: [clinic.identity], trust: [hospitalAuthority.certificate], discovery })
const hospitalAgent = createAgent({ identities: [hospital.identity], trust: [clinicAuthority.certificate], discovery })
fact('Clinic', `${ann}, with a certificate of her own`)
fact('Hospital', `${bob}, with the certificate of the whole domain`)
fact('Trust', 'each has the authority of the other among its anchors')

heading('The referral is written, signed and encrypted')
const attachments = options.file ? [await fileAttachment(options.file)] : referralAttachments()
const sealed = await clinicAgent.seal({
  from: { name: `Dr. ${author.given} ${author.family}`, address: ann },
  to: { name: `Dr. ${recipient.given} ${recipient.family}`, address: bob },
  subject: `Referral: ${patient.given} ${patient.family}`,
  text: letterLines().join('\n'),
  attachments,
  requestDelivery: true,
})
const referral = only(sealed.messages)
fact('Message-ID', sealed.messageId)
for (const { filename, content } of attachments) fact('Attached', `${filename}, ${size(content.length)}`)
fact('Sealed', `${size(referral.raw.length)}, for ${referral.envelope.rcptTo.join(', ')}`)
say()
say('All that mail systems on the way can read of it:')
block(headerText(referral.raw))

heading('It goes over a real SMTP hop, and is opened')
const postOffice = await openPostOffice()
const delivered = await postOffice.carry(referral)
const opened = await hospitalAgent.open(delivered.raw, { envelope: delivered.envelope })
if (opened.kind !== 'message') throw new Error(`the referral was not opened: ${opened.kind}`)
const { header, text = '', attachments: received } = opened.message
fact('From', `${header.from.name} <${opened.message.author}>  ${green('✓ decrypted, verified, trusted')}`)
fact('To', opened.recipients.map(({ address }) => address).join(', '))
fact('Subject', header.subject ?? '')
fact('Date', new Date(header.date ?? at).toUTCString())
say()
block(text.trimEnd())
say()
for (const [index, { filename, type, content }] of received.entries()) {
  const same = Buffer.compare(content, attachments[index]?.content ?? new Uint8Array()) === 0
  const verdict = same ? green('✓ byte for byte') : red('✗ changed')
  fact('Attachment', `${filename}  ${dim(type)}  ${size(content.length)}  ${verdict}`)
}
say()
say('Why it was accepted:')
explanation(explain(opened.explanation))

heading('The answer travels back and is matched to what was sent')
const answer = only((await hospitalAgent.acknowledge(opened.receipt, 'processed')).messages)
const returned = await postOffice.carry(answer)
const told = await clinicAgent.open(returned.raw, { envelope: returned.envelope })
if (told.kind !== 'notification' || told.notification.type !== 'disposition-notification') {
  throw new Error(`the answer is no notification: ${told.kind}`)
}
const { disposition, finalRecipient, originalMessageId } = told.notification
const matched = originalMessageId === sealed.messageId && told.spokenFor.includes(bob)
fact('Notification', `${disposition?.dispositionType}, signed and encrypted like the referral`)
fact('For', `${finalRecipient}`)
fact('About', `${originalMessageId}`)
fact(
  'Matched',
  matched ? green('✓ our referral, and the signer may speak for its recipient') : red('✗ to nothing we sent'),
)
await postOffice.close()

heading('Failure: a sender whom nobody here trusts')
const pillAuthority = await createAuthority({ organization: 'Quick Pills', at })
const pills = await pillAuthority.issue({ address: 'sales@direct.quick-pills.example' })
const pillAgent = createAgent({ identities: [pills.identity], trust: [hospitalAuthority.certificate], discovery })
const advert = await pillAgent.seal({
  from: 'sales@direct.quick-pills.example',
  to: bob,
  subject: 'Offer',
  text: 'Buy!',
})
showRejection(await hospitalAgent.open(only(advert.messages).raw))

heading('Failure: one letter of the referral is changed on its way')
showRejection(await hospitalAgent.open(withOneLetterChanged(referral.raw)))

heading('Failure: a recipient without a certificate')
const typo = 'bob@direct.hopsital.example'
const partly = await clinicAgent.seal({
  from: ann,
  to: [bob, typo],
  subject: 'Referral',
  text: 'See the other message.',
})
for (const { address, code, temporary, explanation: why } of partly.rejected) {
  fact('Rejected', `${address}: ${red(code)}, ${temporary ? 'try again later' : 'for good'}`)
  explanation(explain(why))
}
fact('Sent', `to ${partly.messages.flatMap(({ envelope }) => envelope.rcptTo).join(', ')} all the same`)

if (options.save) {
  heading('Saved, for anyone to open with OpenSSL')
  const save = await saver(options.save)
  await save.identity('clinic', clinic, clinicAuthority)
  await save.identity('hospital', hospital, hospitalAuthority)
  await save.message('referral', referral.raw, { recipient: 'hospital', anchor: 'clinic' })
  await save.message('processed', answer.raw, { recipient: 'clinic', anchor: 'hospital' })
  await save.message('partly', only(partly.messages).raw, { recipient: 'hospital', anchor: 'clinic' })
  for (const command of save.commands) console.log(command)
}
console.log()

/** @returns {{ filename: string, type: string, content: Uint8Array }[]} */
function referralAttachments() {
  const note = referralNote({ patient, author, recipient, at: new Date(at) })
  const letter = letterPdf({ title: `Referral of ${patient.given} ${patient.family}`, lines: letterLines() })
  return [
    { filename: 'referral-note.xml', type: 'text/xml', content: new TextEncoder().encode(note) },
    { filename: `letter – ${patient.family}.pdf`, type: 'application/pdf', content: letter },
  ]
}

function letterLines() {
  return [
    `Dear Dr. ${recipient.family},`,
    '',
    `please see ${patient.given} ${patient.family}, born ${patient.birthDate}, for cardiology evaluation.`,
    'Her history, medications and recent results are in the attached referral note.',
    '',
    'Thank you, and kind regards,',
    `${author.given} ${author.family}, ${author.suffix}`,
    author.organization,
  ]
}

/** @param {string} path */
async function fileAttachment(path) {
  const content = new Uint8Array(await readFile(path))
  return { filename: basename(path), type: 'application/octet-stream', content }
}

/** @param {import('direct-smime').Opened} opened */
function showRejection(opened) {
  if (opened.kind !== 'rejected') throw new Error(`it should have been rejected: ${opened.kind}`)
  fact('Rejected', red(opened.code))
  explanation(explain(opened.explanation))
  say(dim('No content is reachable, and nothing is sent back.'))
}

/** @param {Uint8Array} raw a letter of the base64 in the middle of the message becomes another */
function withOneLetterChanged(raw) {
  const changed = Uint8Array.from(raw)
  const middle = Math.floor(changed.length / 2)
  const letter = changed.findIndex((octet, index) => index >= middle && octet >= 0x41 && octet <= 0x5a)
  changed[letter] = changed[letter] === 0x41 ? 0x42 : 0x41
  return changed
}

/** @param {Uint8Array} raw */
function headerText(raw) {
  const message = Buffer.from(raw).toString('latin1')
  return message.slice(0, message.indexOf('\r\n\r\n')).replaceAll('\r\n', '\n')
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @returns {Item}
 */
function only(items) {
  const [item, ...others] = items
  if (item === undefined || others.length > 0) throw new Error(`one was expected, not ${items.length}`)
  return item
}
