import { beforeAll, describe, expect, test } from 'vitest'
import { type AgentOptions, type Receipt, verifyEvidence } from '../../src/agent/index.js'
import { policies } from '../../src/agent/policy.js'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { buildDispositionNotification } from '../../src/notification/index.js'
import { anchorOf } from '../../src/path/index.js'
import { createTracker, trackingInMemory } from '../../src/tracking/index.js'
import { anchorSources, type TrustStore } from '../../src/trust/index.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  codesOf,
  crafted,
  lines,
  messageIn,
  notificationIn,
  now,
  outcomeOf,
  person,
  words,
  world,
} from './world.js'

const aboutOurs = '<sent@direct.clinic.example>'

/** Ann may write to the hospital, and it may not write to her: only what it says of her messages is heard (AS-90). */
describe('a peer who may be written to and may not write', () => {
  let sent: { readonly raw: Uint8Array; readonly receipt: Receipt; readonly messageId: string }
  let processed: Uint8Array

  beforeAll(async () => {
    const { clinic, hospital } = await bothAgents()
    const sealed = await clinic.seal({ from: ann, to: bob, ...words })
    const [{ raw }] = sealed.messages as [(typeof sealed.messages)[number]]
    sent = { raw, receipt: messageIn(await hospital.open(raw)).receipt, messageId: sealed.messageId }
    processed = (await hospital.acknowledge(sent.receipt, 'processed')).messages[0]!.raw
  })

  async function clinic(direction: 'outgoing' | 'both', options: Partial<AgentOptions> = {}) {
    const { ann: sender, hospitalCa } = await world()
    const trust = anchorSources([{ name: 'hospital', certificates: [hospitalCa], direction }])
    return agentOf([sender], { trust, ...options })
  }

  test('the fields of its notification are handed out, and no text; of one trusted both ways, all', async () => {
    const oneWay = notificationIn(await (await clinic('outgoing')).open(processed))
    const bothWays = notificationIn(await (await clinic('both')).open(processed))
    expect(oneWay.notification).toEqual(bothWays.notification)
    expect(oneWay).toMatchObject({ author: bob, spokenFor: [bob], recipients: [{ address: ann }] })
    expect(['raw' in oneWay, 'content' in oneWay.evidence]).toEqual([false, false])
    expect(['raw' in bothWays, 'content' in bothWays.evidence]).toEqual([true, true])
    expect(codesOf(oneWay.explanation.steps, 'passed')).toContain('recipient-trusts-fields')
    expect(codesOf(bothWays.explanation.steps, 'passed')).not.toContain('recipient-trusts-fields')
  })

  test('two recipients, one of whom takes its messages: the text is handed out, and who trusts what is told', async () => {
    const { ann: sender, hospitalCa } = await world()
    const ida = await person('ida@direct.clinic.example', 'Clinic CA')
    const inner = await buildDispositionNotification({
      recipient: bob,
      to: ann,
      originalMessageId: sent.messageId,
      dispositionType: 'processed',
      reportingUa: 'direct.hospital.example',
      messageId: '<2@direct.hospital.example>',
      date: now,
    })
    const text = encodeUtf8(decodeUtf8(inner).replace(/^To: .*$/m, `To: ${ann}, ${ida.address}`))
    const { bob: hospital } = await world()
    const raw = await crafted({ inner: text, signedBy: hospital, to: [sender, ida], outer: [`To: ${ann}`] })
    const open = async (readers: readonly string[]) => {
      const anchors: TrustStore['anchors'] = async ({ address, about }) =>
        about === 'notification' || readers.includes(address) ? [anchorOf(hospitalCa)] : []
      const agent = agentOf([sender, ida], { trust: { anchors } })
      return notificationIn(await agent.open(raw, { envelope: { rcptTo: [ann, ida.address] } }))
    }
    const [neither, one] = [await open([]), await open([ida.address])]
    expect(one.recipients.map(({ address }) => address)).toEqual([ann, ida.address])
    expect([one, neither].map((opened) => 'raw' in opened)).toEqual([true, false])
    const marked = (opened: typeof one) => opened.recipients.map(({ fieldsAlone }) => fieldsAlone)
    expect([one, neither].map(marked)).toEqual([
      [true, undefined],
      [true, true],
    ])
    const trusting = one.recipients.map(({ explanation }) => explanation.steps.map(({ code }) => code))
    expect(trusting).toEqual([['recipient-trusts-fields'], ['recipient-trusts']])
  })

  test('its evidence proves the notification to whoever kept the content elsewhere', async () => {
    const { evidence } = notificationIn(await (await clinic('outgoing')).open(processed))
    const { raw: _, evidence: whole } = notificationIn(await (await clinic('both')).open(processed))
    expect(evidence.digest).toBe(whole.digest)
    const again = { ...evidence, ...(whole.content && { content: whole.content }) }
    expect(await verifyEvidence(again, policies.direct, crypto)).toMatchObject({ ok: true })
  })

  test('a message of its own is refused; of one trusted both ways it is not', async () => {
    const { hospital } = await bothAgents()
    const { messages } = await hospital.seal({ from: bob, to: ann, ...words })
    expect(outcomeOf(await (await clinic('outgoing')).open(messages[0]!.raw))).toBe('untrusted')
    expect(outcomeOf(await (await clinic('both')).open(messages[0]!.raw))).toBe('message')
  })

  describe('where a tracker knows what was sent', () => {
    async function tracked(prepared: { readonly messageId: string; readonly address: string }) {
      const tracker = createTracker({ store: trackingInMemory(), clock: () => now, crypto })
      await tracker.prepared({
        messageId: prepared.messageId,
        author: ann,
        deliveryRequested: false,
        inner: new Uint8Array(1),
        accepted: [{ address: prepared.address }],
        rejected: [],
      })
      return tracker.isOurs
    }

    test.each([
      { comment: 'about a message to the one who speaks', address: bob, outcome: 'notification' },
      { comment: 'about a message to somebody else', address: 'carol@direct.hospital.example', outcome: 'untrusted' },
      { comment: 'about no message', messageId: '<other@direct.clinic.example>', address: bob, outcome: 'untrusted' },
    ])('$comment: $outcome', async ({ messageId = sent.messageId, address, outcome }) => {
      const isOurs = await tracked({ messageId, address })
      const opened = await (await clinic('outgoing', { isOurs })).open(processed)
      expect(outcomeOf(opened)).toBe(outcome)
      const said = codesOf(opened.explanation.steps, 'failed').includes('not-ours')
      expect(said).toBe(outcome === 'untrusted')
    })

    test.each([
      { comment: 'about a message', speaker: bob, about: [aboutOurs], outcome: 'notification' },
      { comment: 'about no message that it names', speaker: bob, about: [], outcome: 'untrusted' },
      {
        comment: 'that speaks for nobody',
        speaker: 'eve@direct.hospital.example',
        about: [aboutOurs],
        outcome: 'untrusted',
      },
    ])('one $comment is heard only if ours: $outcome', async ({ speaker, about, outcome }) => {
      const { ann: reader, bob: hospital } = await world()
      const signedBy = speaker === bob ? hospital : await person(speaker, 'Hospital CA')
      const inner = lines(
        `From: ${speaker}`,
        `To: ${ann}`,
        'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
        '',
        '--b',
        'Content-Type: message/disposition-notification',
        '',
        `Final-Recipient: rfc822; ${bob}`,
        ...about.map((messageId) => `Original-Message-ID: ${messageId}`),
        'Disposition: automatic-action/MDN-sent-automatically; processed',
        '',
        '--b--',
      )
      const raw = await crafted({ inner, signedBy, to: [reader], outer: [`To: ${ann}`] })
      const asked: unknown[] = []
      const isOurs = async (query: unknown) => {
        asked.push(query)
        return true
      }
      expect(outcomeOf(await (await clinic('outgoing', { isOurs })).open(raw))).toBe(outcome)
      expect(asked).toEqual(outcome === 'notification' ? [{ messageId: aboutOurs, recipients: [bob] }] : [])
      // Without a list there is nothing to compare it with.
      expect(outcomeOf(await (await clinic('outgoing')).open(raw))).toBe('notification')
    })

    test('nobody asks about one trusted both ways', async () => {
      const isOurs = await tracked({ messageId: '<other@direct.clinic.example>', address: bob })
      expect(outcomeOf(await (await clinic('both', { isOurs })).open(processed))).toBe('notification')
    })

    test('that it does not answer defers the notification', async () => {
      const isOurs = async () => Promise.reject(new Error('away'))
      expect(outcomeOf(await (await clinic('outgoing', { isOurs })).open(processed))).toBe('sent-store-failed')
    })
  })
})
