import { describe, expect, test } from 'vitest'
import type { Serves } from '../../src/agent/index.js'
import { agentOf, ann, bob, crafted, lines, messageIn, organisation, outcomeOf, world } from './world.js'

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

  test('of a signed header no more than 1,000 addresses are looked up, and none when all recipients are named', async () => {
    const { ann: sender, clinicCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const open = async (...to: readonly string[]) => {
      const asked: string[] = []
      const serves: Serves = async (address) => {
        asked.push(address)
        return address === lab || address === bob ? [bob] : []
      }
      const inner = lines(`From: ${ann}`, `To: ${to.join(',\r\n ')}`, 'Message-ID: <1@x.example>', '', 'Fine.')
      const raw = await crafted({ inner, signedBy: sender, to: [hospital] })
      const opened = await agentOf([hospital], { trust: [clinicCa], serves }).open(raw, {
        envelope: { mailFrom: ann, rcptTo: [bob] },
      })
      return [outcomeOf(opened), asked.length]
    }
    const others = (count: number) => Array.from({ length: count }, (_, at) => `p${at}@elsewhere.example`)
    expect(await open(...others(999), lab)).toEqual(['message', 1001])
    expect(await open(...others(1000), lab)).toEqual(['tampered', 1001])
    expect(await open(...others(1000), bob)).toEqual(['message', 1])
  })

  test('a recipient is told as it was signed, whatever became of its letters on the way, and its mailbox as it is', async () => {
    const { agent, raw } = await scene()
    const open = async (to: string) => {
      const { recipients } = messageIn(await agent.open(await raw(to), { envelope: { mailFrom: ann, rcptTo: [bob] } }))
      return recipients.map(({ address, mailbox }) => [address, mailbox])
    }
    const capitals = 'Bob@Direct.Hospital.Example'
    expect(await open(capitals)).toEqual([[capitals, bob]])
    expect(await open(`${lab}, ${capitals}`)).toEqual([[capitals, bob]])
    expect(await open(lab)).toEqual([[lab, bob]])
    expect(await open(bob)).toEqual([[bob, bob]])
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
