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

  test('AS-49: of a header that nobody signed the author is all that is used', async () => {
    expect(replyTo(await received([], false), { all: true })).toEqual({ from: bob, to: ann })
  })
})
