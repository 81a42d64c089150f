import { describe, expect, test } from 'vitest'
import { wrapMessage } from '../../src/mime/index.js'
import { signEntity } from '../../src/smime/index.js'
import {
  agentOf,
  ann,
  bob,
  encrypted,
  envelope,
  lines,
  messageIn,
  now,
  organisation,
  outcomeOf,
  type Party,
  person,
  world,
} from './world.js'

// A sender with a certificate of its own and one of its domain may sign with both.
describe('a message that several have signed: one of them who may speak for the author is enough (AS-84, AS-87)', async () => {
  const { ann: own, bob: reader, clinicCa, hospitalCa } = await world()
  const domain = await organisation(ann, 'Clinic CA')
  const abroad = await person(ann, 'Hospital CA', { cn: 'Ann abroad' })
  const rival = await person('eve@direct.rival.example', 'Clinic CA')
  const small = await person(ann, 'Clinic CA', { cn: 'Small', bits: 1024 })

  const open = async (signedBy: readonly Party[], trust = [clinicCa]) => {
    const entity = wrapMessage(lines(`From: ${ann}`, `To: ${bob}`, 'Message-ID: <1@x.example>', '', 'Fine.'))
    const signers = signedBy.flatMap(({ identity }) => identity.signing ?? [])
    const signed = await signEntity(entity, signers, { crypto, at: now })
    return agentOf([reader], { trust }).open(await encrypted(signed, [reader]), { envelope })
  }

  const cases = [
    { comment: 'its own and that of its domain', signedBy: [own, domain], outcome: 'message' },
    { comment: 'its own, and a stranger', signedBy: [own, rival], outcome: 'message' },
    { comment: 'its own, and one with too small a key', signedBy: [own, small], outcome: 'message' },
    { comment: 'its own, and another below an anchor that is not ours', signedBy: [own, abroad], outcome: 'message' },
    { comment: 'too small a key alone', signedBy: [small], outcome: 'signature-invalid' },
    { comment: 'a stranger alone', signedBy: [rival], outcome: 'signer-not-author' },
    {
      comment: 'a stranger whom we trust, and the author, whom we do not',
      signedBy: [rival, abroad],
      outcome: 'untrusted',
    },
  ]
  const inBothOrders = cases.flatMap((each) => [
    each,
    { ...each, comment: `${each.comment}, turned round`, signedBy: each.signedBy.toReversed() },
  ])
  test.each(inBothOrders)('$comment: $outcome', async ({ signedBy, outcome }) => {
    expect(outcomeOf(await open(signedBy))).toBe(outcome)
  })

  test('the evidence names the signer whom the recipient trusts', async () => {
    const judged = async (trust: (typeof clinicCa)[]) => {
      const { evidence } = messageIn(await open([abroad, own], trust))
      return evidence.trusted.map(({ path: [signer] }) => signer)
    }
    expect(await judged([clinicCa])).toEqual([own.certificate.bytes])
    expect(await judged([hospitalCa])).toEqual([abroad.certificate.bytes])
  })
})
