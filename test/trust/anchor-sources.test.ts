import { describe, expect, test } from 'vitest'
import { type AnchorQuery, anchorSources } from '../../src/trust/index.js'
import { nameText } from '../../src/x509/index.js'
import { issueAuthority, now } from '../helpers/issue.js'

const query: AnchorQuery = { address: 'Ann@Direct.Clinic.example', direction: 'outgoing', about: 'message', at: now }

describe('whose anchors (AS-63, AS-90, TB-15)', () => {
  test.each<{ comment: string; query?: Partial<AnchorQuery>; source: object; counts: boolean }>([
    { comment: 'for all', source: {}, counts: true },
    { comment: 'for the address, whatever its case', source: { for: ['ann@direct.clinic.example'] }, counts: true },
    { comment: 'for another address', source: { for: ['bob@direct.clinic.example'] }, counts: false },
    { comment: 'for the domain', source: { for: ['DIRECT.clinic.example'] }, counts: true },
    { comment: 'for the parent domain, which is another', source: { for: ['clinic.example'] }, counts: false },
    { comment: 'for nobody', source: { for: [] }, counts: false },
    { comment: 'for this direction', source: { direction: 'outgoing' }, counts: true },
    { comment: 'for the other direction', source: { direction: 'incoming' }, counts: false },
    {
      comment: 'for the other direction, and a notification is sent',
      source: { direction: 'incoming' },
      query: { about: 'notification' },
      counts: true,
    },
    {
      comment: 'for sending, and a notification comes in',
      source: { direction: 'outgoing' },
      query: { direction: 'incoming', about: 'notification' },
      counts: true,
    },
    { comment: 'until later', source: { until: now + 1 }, counts: true },
    { comment: 'until now', source: { until: now }, counts: false },
    { comment: 'at a time that is none', source: { until: now + 1 }, query: { at: Number.NaN }, counts: false },
  ])('$comment', async ({ source, query: asked, counts }) => {
    const certificates = [await issueAuthority({ cn: 'Hospital CA' })]
    const store = anchorSources([{ name: 'by hand', certificates, ...source }])
    const anchors = await store.anchors({ ...query, ...asked })
    expect(anchors.map(({ name }) => nameText(name))).toEqual(counts ? ['CN=Hospital CA'] : [])
  })

  test('of several sources all count, and each anchor says where it came from', async () => {
    const [one, other] = [await issueAuthority({ cn: 'Clinic CA' }), await issueAuthority({ cn: 'Hospital CA' })]
    const store = anchorSources([
      { name: 'bundle', certificates: [one] },
      { name: 'by hand', certificates: [other] },
    ])
    expect(await store.anchors(query)).toMatchObject([{ source: 'bundle' }, { source: 'by hand' }])
  })
})

describe('where anchors come from', () => {
  const sources = [
    { name: 'accredited', certificates: [] },
    { name: 'pilot', certificates: [], for: ['direct.clinic.example'], until: now },
    { name: 'registry', certificates: [], for: ['ann@direct.clinic.example'], direction: 'outgoing' as const },
    { name: 'of Bob', certificates: [], for: ['bob@direct.clinic.example'] },
  ]

  test('an address is told its own, in whatever direction, those that have ended too', async () => {
    expect(await anchorSources(sources).sources({ address: query.address })).toEqual([
      { name: 'accredited' },
      { name: 'pilot', until: now },
      { name: 'registry' },
    ])
  })
})
