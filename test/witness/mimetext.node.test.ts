import { createAgent } from 'direct-smime'
import { createAuthority } from 'direct-smime/testing'
import { createMimeMessage } from 'mimetext'
import { expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'

const at = Date.UTC(2026, 5, 1)
const ann = 'ann@direct.clinic.example'
const bob = 'bob@direct.hospital.example'

/** A message by mimetext, with its own line ends. */
function written(): string {
  const message = createMimeMessage()
  message.setSender({ name: 'Ann García', addr: ann })
  message.setRecipient({ name: 'Bob', addr: bob })
  message.setSubject('Überweisung')
  message.setHeader('Date', 'Mon, 01 Jun 2026 00:00:00 +0000')
  message.setHeader('Message-ID', '<from-mimetext@direct.clinic.example>')
  message.addMessage({ contentType: 'text/plain', data: 'Please see the summary.\n' })
  message.addMessage({ contentType: 'text/html', data: '<p>Please see the <b>summary</b>.</p>' })
  message.addAttachment({ filename: 'summary.xml', contentType: 'text/xml', data: btoa('<summary>\n</summary>\n') })
  return message.asRaw()
}

test('a message that mimetext wrote is sealed and opened with the same octets, save line ends', async () => {
  const clinic = await createAuthority({ organization: 'Example Clinic', at })
  const [sender, recipient] = [await clinic.issue({ address: ann }), await clinic.issue({ address: bob })]
  const agent = createAgent({
    identities: [sender.identity, recipient.identity],
    trust: [clinic.certificate],
    discovery: [sender.certificate, recipient.certificate],
    clock: () => at,
  })
  const raw = written()
  const sealed = await agent.seal(encodeUtf8(raw))
  expect(sealed.messageId).toBe('<from-mimetext@direct.clinic.example>')
  const opened = await agent.open(sealed.messages[0]!.raw)
  if (opened.kind !== 'message') throw new Error(opened.kind)
  const canonical = raw.replace(/\r\n|\r|\n/g, '\r\n')
  expect(decodeUtf8(opened.message.raw)).toBe(canonical)
  expect(opened.message).toMatchObject({
    header: { subject: 'Überweisung', from: { name: 'Ann García', address: ann } },
    html: expect.stringContaining('<b>summary</b>'),
    attachments: [{ filename: 'summary.xml', type: 'text/xml', content: encodeUtf8('<summary>\n</summary>\n') }],
  })
  expect(opened.message.text?.trim()).toBe('Please see the summary.')
})
