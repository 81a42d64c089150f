import { describe, expect, test } from 'vitest'
import { anchorOf, type Evidence, type PathPolicy, type TrustAnchor, validatePath } from '../../src/path/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issue, issueAuthority, issueMailbox, now } from '../helpers/issue.js'
import { policy } from './fixtures.js'
import { crlUrl, entryFor, issueList, toList } from './revocation-fixtures.js'

describe('one given path', async () => {
  const root = await issueAuthority({ cn: 'Root' })
  const issuing = await issueAuthority({ cn: 'Issuing', by: 'Root' })
  const other = await issueAuthority({ cn: 'Issuing', by: 'Root', key: 'Other' })
  const lowly = await issue({ cn: 'Issuing', by: 'Root' })
  const leaf = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Issuing' })
  const below = await issueMailbox('bob@clinic.example', { cn: 'Bob', by: 'Ann' })
  const { name, publicKey } = anchorOf(root)

  const authorities = { endsInAuthority: 'allowed' } as const
  test.each<{
    comment: string
    path: readonly Certificate[]
    anchor?: TrustAnchor
    at?: number
    own?: Partial<PathPolicy>
    answer: string
  }>([
    { comment: 'from the leaf to the anchor', path: [leaf, issuing], answer: 'valid' },
    { comment: 'to a name and a key', path: [leaf, issuing], anchor: { name, publicKey }, answer: 'valid' },
    { comment: 'an authority alone, where it may be asked about', path: [issuing], own: authorities, answer: 'valid' },
    { comment: 'an authority alone, where it may not', path: [issuing], answer: 'not-an-end-entity' },
    { comment: 'with a certificate missing', path: [leaf], answer: 'no-path' },
    { comment: 'the wrong way round', path: [issuing, leaf], own: authorities, answer: 'no-path' },
    { comment: 'through an authority of the same name', path: [leaf, other], answer: 'issuer-signature-wrong' },
    { comment: 'through what is no authority', path: [leaf, lowly], answer: 'not-a-ca' },
    { comment: 'to an anchor that is no authority', path: [below], anchor: anchorOf(leaf), answer: 'not-a-ca' },
    { comment: 'too late', path: [leaf, issuing], at: Date.UTC(2030, 0, 1), answer: 'anchor-expired' },
    { comment: 'at what it costs', path: [leaf, issuing], own: { budget: { signatures: 2 } }, answer: 'valid' },
    { comment: 'for less', path: [leaf, issuing], own: { budget: { signatures: 1 } }, answer: 'budget-exhausted' },
  ])('$comment: $answer', async ({ path, anchor = anchorOf(root), at = now, own, answer }) => {
    const evidence = { crypto, at, certificates: [] }
    const verdict = await validatePath(path, anchor, evidence, { ...policy, ...own })
    expect(verdict.ok ? 'valid' : verdict.code).toBe(answer)
    expect(verdict.wants).toEqual([])
    if (verdict.ok) expect(verdict).toMatchObject({ path, anchor, policies: [] })
  })

  test('is looked up on the lists at hand, and says what is wanted', async () => {
    const pointing = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Issuing', ...toList })
    const required = { ...policy, revocation: { ...policy.revocation, mode: 'required' } as const }
    const answerOf = async (more: Partial<Evidence>) => {
      const evidence = { crypto, at: now, certificates: [], ...more }
      const verdict = await validatePath([pointing, issuing], anchorOf(root), evidence, required)
      const codes = verdict.explanation.steps.map(({ code }) => code)
      return [verdict.ok ? 'valid' : verdict.code, codes, verdict.wants.map(({ key }) => key)]
    }
    const good = await issueList({ by: 'Issuing' })
    const bad = await issueList({ by: 'Issuing', revoked: [entryFor(pointing)] })
    const accepted = ['path-valid', 'status-good', 'status-without-pointer']
    expect(await answerOf({ crls: [good] })).toEqual(['valid', accepted, []])
    expect(await answerOf({ crls: [bad] })).toEqual(['certificate-revoked', ['certificate-revoked'], []])
    const unknown = ['revocation-unknown', ['revocation-unknown']]
    expect(await answerOf({})).toEqual([...unknown, [`crl ${crlUrl}`]])
    expect(await answerOf({ tried: new Set([`crl ${crlUrl}`]) })).toEqual([...unknown, []])
  })
})
