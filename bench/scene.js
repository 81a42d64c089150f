/** Two organisations who trust each other, and a message from one to the other: what the benchmark seals and opens. */

import { randomBytes } from 'node:crypto'
import { createAgent } from 'direct-smime'
import { createAuthority } from 'direct-smime/testing'

const from = 'ann@direct.clinic.example'
const to = 'bob@direct.hospital.example'

/** @typedef {Awaited<ReturnType<typeof makeScene>>} Scene */

/** Keys of RSA-2048; each certificate is issued by its anchor. */
export async function makeScene() {
  const at = Date.now()
  const clinic = await createAuthority({ organization: 'Example Clinic', at })
  const hospital = await createAuthority({ organization: 'Example Hospital', at })
  const ann = await clinic.issue({ address: from })
  const bob = await hospital.issue({ address: to })
  const discovery = [ann.certificate, bob.certificate]
  return {
    clinic,
    ann,
    bob,
    sender: createAgent({ identities: [ann.identity], trust: [hospital.certificate], discovery }),
    receiver: createAgent({ identities: [bob.identity], trust: [clinic.certificate], discovery }),
  }
}

/**
 * A short text and one binary attachment.
 *
 * @param {number} bytes of the attachment
 */
export function makeMessage(bytes) {
  const content = new Uint8Array(randomBytes(bytes))
  const attachments = [{ filename: 'scan.bin', type: 'application/octet-stream', content }]
  return { from, to, subject: 'Referral', text: 'Dear Bob,\n\nplease see the scan.\n\nAnn\n', attachments }
}

/**
 * @param {Scene} scene
 * @param {ReturnType<typeof makeMessage>} message
 */
export async function seal({ sender }, message) {
  const { messages } = await sender.seal(message)
  const [sealed] = messages
  if (!sealed) throw new Error('nobody may get the message of the benchmark')
  return sealed.raw
}

/**
 * @param {Scene} scene
 * @param {Uint8Array} raw
 */
export async function open({ receiver }, raw) {
  const opened = await receiver.open(raw)
  if (opened.kind !== 'message') throw new Error(`the message of the benchmark was not opened: ${opened.kind}`)
  return opened.message
}
