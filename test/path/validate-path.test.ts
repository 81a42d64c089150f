import { describe, expect, test } from 'vitest'
import { anchorOf, validatePath } from '../../src/path/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issueAuthority, issueMailbox, now } from '../helpers/issue.js'
import { policy } from './fixtures.js'

describe('one given path', async () => {
  const root = await issueAuthority({ cn: 'Root' })
  const issuing = await issueAuthority({ cn: 'Issuing', by: 'Root' })
  const other = await issueAuthority({ cn: 'Issuing', by: 'Root', key: 'Other' })
  const leaf = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Issuing' })

  test.each<{ comment: string; path: readonly Certificate[]; at?: number; answer: string }>([
    { comment: 'from the leaf to the anchor', path: [leaf, issuing], answer: 'valid' },
    { comment: 'an authority alone, which validates too', path: [issuing], answer: 'valid' },
    { comment: 'with a certificate missing', path: [leaf], answer: 'no-path' },
    { comment: 'the wrong way round', path: [issuing, leaf], answer: 'no-path' },
    { comment: 'through an authority of the same name', path: [leaf, other], answer: 'issuer-signature-wrong' },
    { comment: 'too late', path: [leaf, issuing], at: Date.UTC(2030, 0, 1), answer: 'anchor-expired' },
  ])('$comment: $answer', async ({ path, at = now, answer }) => {
    const verdict = await validatePath(path, anchorOf(root), { crypto, at, certificates: [] }, policy)
    expect(verdict.ok ? 'valid' : verdict.code).toBe(answer)
    if (verdict.ok) expect(verdict).toMatchObject({ path, policies: [], wants: [] })
  })
})
