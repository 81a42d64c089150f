import { beforeAll, describe, expect, test } from 'vitest'
import type { IdentityStore } from '../../src/agent/index.js'
import type { Identity } from '../../src/keys/index.js'
import { away, check, found, holding, openingOf, type Setup, signingOf, testEach } from './check-world.js'
import { ann, day, now, type Party, person, world } from './world.js'

let party: Party
let stranger: Party

beforeAll(async () => {
  ;({ ann: party, bob: stranger } = await world())
})

describe('an agent with which all is well', () => {
  test('has nothing to say, and shows what it looked at', async () => {
    const { ok, explanation } = await check()
    expect(ok).toBe(true)
    expect(explanation.code).toBe('accepted')
    expect(explanation.steps.map(({ code }) => code)).toEqual([
      'own-certificate-lasts',
      'key-signs',
      'own-certificate-trusted',
      'key-opens',
      'published-as-held',
      'anchors-held',
    ])
    expect(explanation.steps.every(({ outcome }) => outcome === 'passed')).toBe(true)
  })

  test('rollover: the old keys open mail, the new one signs and is published', async () => {
    const old = await person(ann, 'Clinic CA', { cn: 'ann before', notAfter: now - day })
    const ending = await person(ann, 'Clinic CA', { cn: 'ann today', notAfter: now + day })
    const fresh = await person(ann, 'Clinic CA', { cn: 'ann tomorrow', notBefore: now - 2 * day })
    const discovery = [ending.certificate, fresh.certificate]
    expect(await found({ identities: [holding(fresh, ending, old)], discovery })).toEqual({})
  })

  test('a certificate that is made ready takes its turn when the one before expires', async () => {
    const ending = await person(ann, 'Clinic CA', { cn: 'ann today', notAfter: now + day })
    const ready = await person(ann, 'Clinic CA', { cn: 'ann next', notBefore: now + day + 1000 })
    const discovery = [ending.certificate, ready.certificate]
    expect(await found({ identities: [ending.identity, ready.identity], discovery })).toEqual({})
  })
})

describe('who is served', () => {
  testEach([
    {
      comment: 'nobody of that name',
      fault: () => ({ identities: [stranger.identity] }),
      says: { problems: ['no-identity'] },
    },
    {
      comment: 'one who only reads',
      fault: () => ({ identities: [{ decryption: party.identity.decryption }] }),
      says: { problems: ['no-signing-key'] },
    },
    {
      comment: 'one who only writes',
      fault: () => ({ identities: [{ signing: signingOf(party), decryption: [] }] }),
      says: { problems: ['no-decryption-key', 'published-without-key'] },
    },
    {
      comment: 'a store of identities that is away: all else is looked at',
      fault: () => ({ identities: { find: away }, discovery: [] }),
      says: { problems: ['not-published'], unknown: ['identities-unknown'] },
      twin: () => ({ identities: { find: async () => [party.identity] } }),
    },
    {
      comment: 'one with the certificate of somebody else, in a store that does not look',
      fault: () => ({ identities: { find: async () => [stranger.identity] } }),
      says: { problems: ['own-certificate-not-usable', 'published-without-key'] },
      twin: () => ({ identities: { find: async () => [party.identity] } }),
    },
  ])
})

describe('dates', () => {
  const only = async (draft: { readonly notBefore?: number; readonly notAfter?: number }): Promise<Setup> => {
    const { identity, certificate } = await person(ann, 'Clinic CA', draft)
    return { identities: [identity], discovery: [certificate] }
  }

  testEach([
    {
      comment: 'expired',
      fault: () => only({ notAfter: now - 1000 }),
      says: { problems: ['no-signing-key', 'own-certificate-expired', 'published-not-usable'] },
      twin: () => only({ notAfter: now + 31 * day }),
    },
    {
      comment: 'expired, in a store that gives it out all the same',
      fault: async () => {
        const { identities, discovery } = await only({ notAfter: now - 1000 })
        return { identities: { find: async () => identities as Identity[] }, discovery: discovery! }
      },
      says: { problems: ['own-certificate-expired', 'published-not-usable'] },
    },
    {
      comment: 'not yet valid',
      fault: () => only({ notBefore: now + day }),
      says: { problems: ['no-signing-key', 'own-certificate-not-yet-valid', 'published-not-usable'] },
      twin: () => only({ notBefore: now }),
    },
    {
      comment: 'expires within 30 days',
      fault: () => only({ notAfter: now + 30 * day }),
      says: { warnings: ['own-certificate-expires'] },
      twin: () => only({ notAfter: now + 30 * day + 1000 }),
    },
    {
      comment: 'expires within another time',
      fault: async () => ({ ...(await only({ notAfter: now + 60 * day })), withinMs: 90 * day }),
      says: { warnings: ['own-certificate-expires'] },
      twin: async () => ({ ...(await only({ notAfter: now + 60 * day })), withinMs: 10 * day }),
    },
    {
      comment: 'the next one begins a day too late',
      fault: () => inTurn(day),
      says: { warnings: ['own-certificate-expires'] },
      twin: () => inTurn(0),
    },
    {
      comment: 'the next one to open mail begins a day too late, while another one signs',
      fault: () => inTurn(day, signingOf(party)),
      says: { warnings: ['own-certificate-expires'] },
      twin: () => inTurn(0, signingOf(party)),
    },
  ])

  async function inTurn(gap: number, signing?: Identity['signing']): Promise<Setup> {
    const ending = await person(ann, 'Clinic CA', { cn: 'ann today', notAfter: now + 10 * day })
    const next = await person(ann, 'Clinic CA', { cn: 'ann next', notBefore: now + 10 * day + gap })
    const decryption = [openingOf(next), openingOf(ending)]
    return {
      identities: signing ? [{ signing, decryption }] : [ending.identity, next.identity],
      discovery: [ending.certificate, next.certificate],
    }
  }

  test('of several that have expired, the last is told', async () => {
    const [first, last] = [
      await person(ann, 'Clinic CA', { cn: 'ann first', notAfter: now - 2 * day }),
      await person(ann, 'Clinic CA', { cn: 'ann last', notAfter: now - day }),
    ]
    const identities = [{ ...party.identity, decryption: [openingOf(last), openingOf(first)] }]
    const { problems } = await check({ identities })
    const expired = problems.filter(({ code }) => code === 'own-certificate-expired')
    expect(expired).toMatchObject([{ step: { about: { certificate: { subject: 'CN=ann last' } } } }])
  })

  test.each([
    { draft: { notAfter: now + day }, code: 'own-certificate-expires', until: now + day, date: '2026-06-02' },
    { draft: { notAfter: now - day }, code: 'own-certificate-expired', until: now - day, date: '2026-05-31' },
    { draft: { notBefore: now + day }, code: 'own-certificate-not-yet-valid', until: now + day, date: '2026-06-02' },
  ])('$code says which certificate, and which day', async ({ draft, code, until, date }) => {
    const { problems, warnings } = await check(await only(draft))
    const dated = [...problems, ...warnings].find((each) => each.code === code)
    expect(dated).toMatchObject({ until, step: { about: { certificate: { subject: `CN=${ann}` } } } })
    expect(dated?.step.message).toContain(`(${date}).`)
  })
})

describe('the call', () => {
  test('ends as its caller says when it is aborted', async () => {
    await expect(check({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })

  test('the first problem gives the explanation its code; without one, the first thing that is unknown', async () => {
    const identities: IdentityStore = { find: away }
    expect((await check({ trust: [], identities })).explanation.code).toBe('no-anchors')
    expect((await check({ identities })).explanation.code).toBe('identities-unknown')
  })
})
