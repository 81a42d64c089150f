import { beforeAll, describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { anchorList, anchorSources, createTrustStore, type HeldTrustBundle } from '../../src/trust/index.js'
import { explain } from '../../src/verdict/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issueAuthority } from '../helpers/issue.js'
import { away, check, found, type Setup, testEach } from './check-world.js'
import { ann, day, now, world } from './world.js'

let clinicCa: Certificate
let hospitalCa: Certificate

beforeAll(async () => {
  ;({ clinicCa, hospitalCa } = await world())
})

describe('whom the address trusts', () => {
  const url = 'https://bundles.example/anchors.p7m'
  const hour = 3_600_000
  let expired: Certificate
  let expiring: Certificate

  beforeAll(async () => {
    expired = await issueAuthority({ cn: 'Old CA', notAfter: now - 1000 })
    expiring = await issueAuthority({ cn: 'Ending CA', notAfter: now + 20 * day })
  })

  const { trust: direct } = policies.direct
  const undated = { ...policies.direct, trust: { ...direct, anchorValidity: 'ignored' as const } }

  const inDirection = (direction: 'incoming' | 'outgoing', certificates: readonly Certificate[]) =>
    anchorSources([{ name: 'one way', certificates, direction }])

  /** A store with a bundle, of which the last look left this. */
  const holdingBundle = (held?: Omit<HeldTrustBundle, 'bundle'>, owners = [ann]): Setup => ({
    trust: createTrustStore({
      anchors: [{ name: 'by hand', certificates: [clinicCa] }],
      bundles: [{ name: 'accredited', url, for: owners, intervalMs: 24 * hour, ...(held && { held }) }],
      fetch: away,
    }),
  })
  const looked = (state: HeldTrustBundle['state'], refreshedHoursAgo: number) =>
    holdingBundle({ state, checkedAt: now, refreshedAt: now - refreshedHoursAgo * hour })

  testEach([
    { comment: 'nobody', fault: () => ({ trust: [] }), says: { problems: ['no-anchors'] } },
    {
      comment: 'nobody any more',
      fault: () => ({ trust: [expired], peerAnchors: [clinicCa] }),
      says: { problems: ['no-anchors'], warnings: ['anchor-expired'] },
      twin: () => ({ trust: [expired], peerAnchors: [clinicCa], policy: undated }),
    },
    {
      comment: 'one who has expired, among others',
      fault: () => ({ trust: [clinicCa, expired] }),
      says: { warnings: ['anchor-expired'] },
    },
    {
      comment: 'one who expires soon',
      fault: () => ({ trust: [clinicCa, expiring] }),
      says: { warnings: ['anchor-expires'] },
      twin: () => ({ trust: [clinicCa, expiring], withinMs: 10 * day }),
    },
    {
      comment: 'nobody at all, in either direction',
      fault: () => ({ trust: inDirection('outgoing', []) }),
      says: { problems: ['no-anchors'] },
      twin: () => ({ trust: inDirection('outgoing', [clinicCa]) }),
    },
    {
      comment: 'one who leads to nobody of ours, in one direction',
      fault: () => ({ trust: inDirection('incoming', [hospitalCa]) }),
      says: { problems: ['own-certificate-untrusted'] },
      twin: () => ({ trust: inDirection('incoming', [clinicCa]) }),
    },
    {
      comment: 'one whose time ends by decision',
      fault: () => ({ trust: anchorSources([{ name: 'pilot', certificates: [clinicCa], until: now + 30 * day }]) }),
      says: { warnings: ['anchors-end'] },
      twin: () => ({ trust: anchorSources([{ name: 'pilot', certificates: [clinicCa], until: now + 31 * day }]) }),
    },
    {
      comment: 'a bundle that never came',
      fault: () => holdingBundle(),
      says: { problems: ['bundle-not-refreshed'] },
      twin: () => looked('success', 0),
    },
    {
      comment: 'a bundle that has long not been refreshed',
      fault: () => looked('unchanged', 49),
      says: { problems: ['bundle-not-refreshed'] },
      twin: () => looked('unchanged', 48),
    },
    {
      comment: 'a bundle of which the last look brought nothing good',
      fault: () => looked('rollback', 1),
      says: { warnings: ['bundle-refused'] },
      twin: () => looked('unchanged', 1),
    },
    {
      comment: 'a bundle of somebody else, which never came',
      fault: () => holdingBundle(undefined, [ann]),
      says: { problems: ['bundle-not-refreshed'] },
      twin: () => holdingBundle(undefined, ['carl@direct.clinic.example']),
    },
    {
      comment: 'a store that is away: all else is looked at',
      fault: () => ({ trust: { anchors: away }, discovery: [] }),
      says: { problems: ['not-published'], unknown: ['anchors-unknown'] },
      twin: () => ({ trust: anchorList([clinicCa]) }),
    },
    {
      comment: 'a store that does not say where its anchors come from',
      fault: () => ({ trust: { ...anchorList([clinicCa]), sources: away } }),
      says: { unknown: ['anchors-unknown'] },
      twin: () => ({ trust: { ...anchorList([clinicCa]), sources: async () => [] } }),
    },
  ])

  test('looked at without end, what has no end does not end', async () => {
    const trust = anchorSources([{ name: 'by hand', certificates: [clinicCa] }])
    expect(await found({ trust, withinMs: Infinity })).toEqual({
      warnings: ['own-certificate-expires', 'anchor-expires'],
    })
  })

  test('what the last look at the bundle brought is told below, and the source by its name', async () => {
    const { warnings, explanation } = await check(looked('suspicious-change', 1))
    expect(warnings).toMatchObject([
      { step: { about: { url }, steps: [{ code: 'suspicious-change', outcome: 'failed' }] } },
    ])
    expect(explain(explanation)).toContain('The anchors of a source go on to count: by hand.')
  })
})
