import { describe, expect, test } from 'vitest'
import { anchorOf, type PathPolicy, validatePath } from '../../src/path/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issueAuthority, issueMailbox, now } from '../helpers/issue.js'
import { policy } from './fixtures.js'

describe('one given path', async () => {
  const root = await issueAuthority({ cn: 'Root' })
  const issuing = await issueAuthority({ cn: 'Issuing', by: 'Root' })
  const other = await issueAuthority({ cn: 'Issuing', by: 'Root', key: 'Other' })
  const leaf = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Issuing' })

  const authorities = { endsInAuthority: 'allowed' } as const
  test.each<{
    comment: string
    path: readonly Certificate[]
    at?: number
    own?: Partial<PathPolicy>
    answer: string
  }>([
    { comment: 'from the leaf to the anchor', path: [leaf, issuing], answer: 'valid' },
    { comment: 'an authority alone, where it may be asked about', path: [issuing], own: authorities, answer: 'valid' },
    { comment: 'an authority alone, where it may not', path: [issuing], answer: 'not-an-end-entity' },
    { comment: 'with a certificate missing', path: [leaf], answer: 'no-path' },
    { comment: 'the wrong way round', path: [issuing, leaf], own: authorities, answer: 'no-path' },
    { comment: 'through an authority of the same name', path: [leaf, other], answer: 'issuer-signature-wrong' },
    { comment: 'too late', path: [leaf, issuing], at: Date.UTC(2030, 0, 1), answer: 'anchor-expired' },
  ])('$comment: $answer', async ({ path, at = now, own, answer }) => {
    const evidence = { crypto, at, certificates: [] }
    const verdict = await validatePath(path, anchorOf(root), evidence, { ...policy, ...own })
    expect(verdict.ok ? 'valid' : verdict.code).toBe(answer)
    if (verdict.ok) expect(verdict).toMatchObject({ path, policies: [], wants: [] })
  })
})
