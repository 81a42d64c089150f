import { describe, expect, test } from 'vitest'
import type { Receipt } from '../../src/agent/index.js'
import { fieldBody } from '../../src/mime/index.js'
import { ann, bob, bothAgents, crafted, lines, messageIn, outerHeader, world } from './world.js'

const messageId = '<1@direct.clinic.example>'
const receipt: Receipt = {
  version: 1,
  messageId,
  notify: ann,
  recipients: [bob],
  deliveryRequested: true,
  receiptRequested: false,
}

/** Whoever made an answer before, in another process or another release, gave it the identifier that is written here. */
describe('the same answer has the same Message-ID, whoever makes it and whenever', () => {
  const idOf = ({ messages }: { readonly messages: readonly { readonly raw: Uint8Array }[] }) =>
    fieldBody(outerHeader(messages[0]!.raw), 'Message-ID')

  test.each([
    {
      comment: 'an MDN "processed"',
      // The first half of SHA-256 of ["<1@direct.clinic.example>","ann@direct.clinic.example","bob@direct.hospital.example","processed"]
      id: '<ce471dec1bca368831c1cc18b2de286c@direct.hospital.example>',
      make: async (recipient: string) =>
        (await bothAgents()).hospital.acknowledge(receipt, 'processed', { recipients: [recipient] }),
    },
    {
      comment: 'an MDN "dispatched"',
      id: '<895aafe5faee0aad2ee5de03761ab2e0@direct.hospital.example>',
      make: async (recipient: string) =>
        (await bothAgents()).hospital.acknowledge(receipt, 'dispatched', { recipients: [recipient] }),
    },
    {
      comment: 'a DSN to the remote sender',
      id: '<5d391b94fb3d41dfada65bb209575a23@direct.hospital.example>',
      make: async (recipient: string) =>
        (await bothAgents()).hospital.reportFailure(receipt, { recipients: [recipient], status: 'mailbox-full' }),
    },
    {
      comment: 'a DSN to our own user',
      id: '<5ed8ec1d53689eb0d8c51833bd5f2337@direct.clinic.example>',
      make: async (recipient: string) =>
        (await bothAgents()).clinic.reportFailure({ messageId, author: ann, recipient, status: '5.4.7' }),
    },
  ])('$comment', async ({ id, make }) => {
    expect(idOf(await make(bob))).toBe(id)
    expect(idOf(await make(bob.toUpperCase()))).toBe(id)
  })

  test('two messages without an identifier have answers of their own', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const answers = ['one', 'other', 'one'].map(async (text) => {
      const inner = lines(`From: ${ann}`, `To: ${bob}`, '', text)
      const { receipt } = messageIn(await hospital.open(await crafted({ inner, signedBy: sender, to: [reader] })))
      return idOf(await hospital.acknowledge(receipt, 'processed'))
    })
    const [one, other, again] = await Promise.all(answers)
    expect(other).not.toBe(one)
    expect(again).toBe(one)
  })
})
