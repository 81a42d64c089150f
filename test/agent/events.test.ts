import { describe, expect, test } from 'vitest'
import type { AgentEvent } from '../../src/agent/index.js'
import { certificateList, type Discovery } from '../../src/discovery/index.js'
import { agentOf, ann, bob, lines, messageIn, now, outcomeOf, words, world } from './world.js'

const eventKey = new Uint8Array(32).fill(7)

async function scene() {
  const { ann: sender, bob: reader, clinicCa, hospitalCa } = await world()
  const events: AgentEvent[] = []
  const known = certificateList([sender.certificate, reader.certificate])
  const discovery: Discovery = {
    find: (question) =>
      question.address.startsWith('away') ? Promise.reject(new Error('away')) : known.find(question),
  }
  const options = { discovery, onEvent: (event: AgentEvent) => events.push(event), eventKey }
  const clinic = agentOf([sender], { trust: [hospitalCa], ...options })
  const hospital = agentOf([reader], { trust: [clinicCa], ...options })
  return { clinic, hospital, events, sender, reader, clinicCa, hospitalCa, discovery }
}

describe('events', () => {
  test('tell what became of every journey, in words that are the same for the same peer', async () => {
    const { clinic, hospital, events } = await scene()
    const away = 'away@direct.hospital.example'
    const sealed = await clinic.seal({ ...words, from: ann, to: [bob, away] }, { correlationId: 'out 1' })
    const raw = sealed.messages[0]!.raw
    const opened = messageIn(await hospital.open(raw, { correlationId: 'in 1' }))
    await hospital.acknowledge(opened.receipt, 'processed', { correlationId: 'in 1' })
    await hospital.open(lines(`To: ${bob}`, '', 'Fine.'))
    await expect(clinic.seal({ ...words, from: 'nobody@direct.clinic.example', to: bob })).rejects.toThrow()

    const [first, second, third, fourth, fifth] = events
    const peer = { address: expect.stringMatching(/^[0-9a-f]{32}$/), domain: expect.stringMatching(/^[0-9a-f]{32}$/) }
    expect(first).toEqual({
      type: 'sealed',
      at: now,
      correlationId: 'out 1',
      messages: 1,
      accepted: [peer],
      rejected: [{ peer, code: 'lookup-failed', temporary: true }],
    })
    expect(second).toEqual({
      type: 'opened',
      at: now,
      correlationId: 'in 1',
      kind: 'message',
      author: peer,
      recipients: [{ peer, duplicate: false }],
      rejected: [],
    })
    expect(third).toMatchObject({ type: 'acknowledged', messages: 1, correlationId: 'in 1' })
    expect(fourth).toEqual({ type: 'opened', at: now, kind: 'rejected', code: 'not-encrypted' })
    expect(fifth).toEqual({ type: 'failed', at: now, journey: 'sealed', code: 'ERR_AGENT_NO_IDENTITY' })

    const [sealedTo] = first?.type === 'sealed' ? first.accepted : []
    const [failedFor] = first?.type === 'sealed' ? first.rejected : []
    const [openedFor] = second?.type === 'opened' && second.kind === 'message' ? second.recipients : []
    expect(openedFor?.peer).toEqual(sealedTo)
    expect(failedFor?.peer.address).not.toBe(sealedTo?.address)
    expect(failedFor?.peer.domain).toBe(sealedTo?.domain)
    expect(JSON.stringify(events)).not.toMatch(/@|example|Miller/)
  })

  test('another key gives other words, and without one each agent has its own', async () => {
    const { sender, hospitalCa, discovery } = await scene()
    const peers = [{ eventKey }, { eventKey: new Uint8Array(32) }, {}, {}].map(async (key) => {
      const events: AgentEvent[] = []
      const agent = agentOf([sender], {
        trust: [hospitalCa],
        discovery,
        onEvent: (event) => events.push(event),
        ...key,
      })
      await agent.seal({ ...words, from: ann, to: bob })
      return events[0]?.type === 'sealed' ? events[0].accepted[0]?.address : undefined
    })
    expect(new Set(await Promise.all(peers)).size).toBe(4)
  })

  test.each([
    {
      comment: 'throws',
      onEvent: () => {
        throw new Error('the log is full')
      },
    },
    { comment: 'is rejected later', onEvent: async () => Promise.reject(new Error('the log is full')) },
  ])('a handler that $comment changes no answer', async ({ onEvent }) => {
    const { clinic, reader, clinicCa } = await scene()
    const sealed = await clinic.seal({ ...words, from: ann, to: bob })
    const agent = agentOf([reader], { trust: [clinicCa], onEvent })
    expect(outcomeOf(await agent.open(sealed.messages[0]!.raw))).toBe('message')
  })
})
