import { describe, expect, test } from 'vitest'
import type { Serves } from '../../src/agent/index.js'
import { agentOf, ann, bob, crafted, lines, organisation, outcomeOf, world } from './world.js'

const lab = 'lab@direct.hospital.example'
const carol = 'carol@direct.hospital.example'

/** A hospital with one certificate for all of its addresses, and a list of those that exist. */
async function scene() {
  const { ann: sender, clinicCa } = await world()
  const hospital = await organisation(bob, 'Hospital CA')
  const mailboxes: Readonly<Record<string, readonly string[]>> = { [bob]: [bob], [carol]: [carol], [lab]: [bob, carol] }
  const serves: Serves = async (address) => mailboxes[address] ?? []
  const raw = (to: string) =>
    crafted({
      inner: lines(`From: ${ann}`, `To: ${to}`, 'Message-ID: <1@x.example>', '', 'Fine.'),
      signedBy: sender,
      to: [hospital],
    })
  const agent = agentOf([hospital], { trust: [clinicCa], serves })
  const without = agentOf([hospital], { trust: [clinicCa] })
  return { agent, without, raw, hospital }
}

describe('aliases and groups of ours (serves)', () => {
  test('a member of the group that was written to is a recipient, a member of another is none (AS-46)', async () => {
    const { agent, raw } = await scene()
    const envelope = { mailFrom: ann, rcptTo: [bob] }
    expect(outcomeOf(await agent.open(await raw(lab), { envelope }))).toBe('message')
    expect(outcomeOf(await agent.open(await raw(carol), { envelope }))).toBe('tampered')
  })

  test('an address that does not exist is not served, whatever the certificate of the domain says', async () => {
    const { agent, without, raw } = await scene()
    const bogus = 'nobody@direct.hospital.example'
    const envelope = { mailFrom: ann, rcptTo: [bogus] }
    expect(outcomeOf(await agent.open(await raw(bogus), { envelope }))).toBe('no-local-recipient')
    expect(outcomeOf(await without.open(await raw(bogus), { envelope }))).toBe('message')
  })

  test('a list that does not answer defers the message', async () => {
    const { hospital, raw } = await scene()
    const { clinicCa } = await world()
    const serves: Serves = () => Promise.reject(new Error('away'))
    const agent = agentOf([hospital], { trust: [clinicCa], serves })
    expect(await agent.open(await raw(bob))).toMatchObject({ kind: 'deferred', code: 'address-book-failed' })
  })
})
