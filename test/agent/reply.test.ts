import { describe, expect, test } from 'vitest'
import { replyTo } from '../../src/agent/index.js'
import { ann, bob, bothAgents, crafted, lines, messageIn, world } from './world.js'

const carol = 'carol@direct.other.example'
const desk = 'desk@direct.clinic.example'

async function received(header: readonly string[], wrapped = true) {
  const { ann: sender, bob: reader } = await world()
  const { hospital } = await bothAgents()
  const inner = lines(`From: Ann <${ann}>`, `To: ${bob}, ${carol}`, ...header, '', 'Fine.')
  const outer = wrapped
    ? {}
    : { outer: [`From: ${ann}`, `To: ${bob}, ${carol}`, 'Subject: Results', 'Reply-To: x@y.example'] }
  return messageIn(await hospital.open(await crafted({ inner, signedBy: sender, to: [reader], wrapped, ...outer })))
}

describe('a reply (RFC 5322 §3.6.4)', () => {
  test('goes to Reply-To when there is one, and to all when asked for, but to nobody twice and not to oneself', async () => {
    const opened = await received([`Cc: ${desk}, ${carol}`, `Reply-To: Desk <${desk}>`, 'Message-ID: <2@x.example>'])
    expect(replyTo(opened)).toMatchObject({ from: bob, to: [{ name: 'Desk', address: desk }] })
    expect(replyTo(opened).cc).toBeUndefined()
    expect(replyTo(opened, { all: true }).cc).toEqual([{ address: carol }])
  })

  test('without References the chain begins with In-Reply-To; without an identifier there is none', async () => {
    const chained = await received(['In-Reply-To: <1@x.example>', 'Message-ID: <2@x.example>'])
    expect(replyTo(chained).references).toEqual(['<1@x.example>', '<2@x.example>'])
    expect(replyTo(await received([]))).toEqual({ from: bob, to: [{ name: 'Ann', address: ann }] })
  })

  test('to all are those in To and those in Cc', async () => {
    const opened = await received([`Cc: ${desk}`, 'Message-ID: <2@x.example>'])
    expect(replyTo(opened, { all: true }).cc).toEqual([{ address: carol }, { address: desk }])
  })

  test('References are carried on whole, and of In-Reply-To the first where there are none', async () => {
    const references = ['<0@x.example>', '<1@x.example>']
    const own = 'Message-ID: <2@x.example>'
    const chained = await received([`References: ${references.join(' ')}`, 'In-Reply-To: <9@x.example>', own])
    expect(replyTo(chained).references).toEqual([...references, '<2@x.example>'])
    const several = await received(['In-Reply-To: <8@x.example> <9@x.example>', own])
    expect(replyTo(several).references).toEqual(['<8@x.example>', '<2@x.example>'])
  })

  test.each([
    { subject: 'Results', expected: 'Re: Results' },
    { subject: 'RE: Results', expected: 'RE: Results' },
    { subject: 'Fire: out', expected: 'Re: Fire: out' },
  ])('the subject "$subject": "$expected"', async ({ subject, expected }) => {
    expect(replyTo(await received([`Subject: ${subject}`])).subject).toBe(expected)
  })

  test('AS-49: of a header that nobody signed the author is all that is used', async () => {
    expect(replyTo(await received([], false), { all: true })).toEqual({ from: bob, to: ann })
  })
})
