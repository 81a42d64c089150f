import { describe, expect, test } from 'vitest'
import { chainOf } from '../../src/keys/chain.js'
import { loadIdentity } from '../../src/keys/index.js'
import { issueAuthority, issueMailbox } from '../helpers/issue.js'
import { certificateOf, pemOf } from './fixtures.js'

const names = ['p256', 'p384', 'root', 'issuing', 'issuing-before'] as const
const pool = Object.fromEntries(names.map((name) => [name, certificateOf(name)])) as Record<
  (typeof names)[number],
  ReturnType<typeof certificateOf>
>

describe('chains', () => {
  const rows = [
    { comment: 'in order', given: ['issuing', 'root'], chain: ['issuing', 'root'] },
    { comment: 'in the other order', given: ['root', 'issuing'], chain: ['issuing', 'root'] },
    { comment: 'with others between', given: ['p384', 'root', 'p256', 'issuing'], chain: ['issuing', 'root'] },
    {
      comment: 'with an issuer of the same name and another key',
      given: ['issuing-before', 'issuing'],
      chain: ['issuing'],
    },
    { comment: 'with only an issuer of another key', given: ['issuing-before', 'root'], chain: [] },
    { comment: 'without the middle', given: ['root'], chain: [] },
    { comment: 'without a root', given: ['issuing'], chain: ['issuing'] },
    { comment: 'of nothing', given: [], chain: [] },
  ] as const
  test.each(rows)('$comment', ({ given, chain }) => {
    const found = chainOf(
      pool.p256,
      given.map((name) => pool[name]),
    )
    expect(found).toEqual(chain.map((name) => pool[name]))
  })

  test('a root has none', () => {
    expect(chainOf(pool.root, [pool.root, pool.issuing, pool.p256])).toEqual([])
  })

  test('two authorities that certify each other, and stand there twice', async () => {
    const one = await issueAuthority({ cn: 'One', by: 'Two' })
    const two = await issueAuthority({ cn: 'Two', by: 'One' })
    const leaf = await issueMailbox('ann@one.example', { cn: 'Ann', by: 'One' })
    const copies = [one, two, leaf, { ...one }, { ...two }, { ...leaf }]
    expect(chainOf(leaf, copies)).toEqual([one, two])
    expect(chainOf(one, copies)).toEqual([two])
  })

  test('of several issuers with one name and key, the newest', async () => {
    const older = await issueAuthority({ cn: 'One', notBefore: Date.UTC(2026, 0, 1) })
    const newer = await issueAuthority({ cn: 'One', notBefore: Date.UTC(2026, 2, 1) })
    const leaf = await issueMailbox('ann@one.example', { cn: 'Ann', by: 'One' })
    expect(chainOf(leaf, [older, newer])).toEqual([newer])
    expect(chainOf(leaf, [newer, older])).toEqual([newer])
  })

  test('PEM with the chain in any order', async () => {
    const certificate = ['p256', 'root', 'issuing'].map((name) => pemOf(name).certificate).join('')
    const { signing } = await loadIdentity({ certificate, privateKey: pemOf('p256').key })
    expect(signing?.chain).toEqual([pool.issuing, pool.root])
  })
})
