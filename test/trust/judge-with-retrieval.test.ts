import { describe, expect, test } from 'vitest'
import { createRetriever, type FetchResponse } from '../../src/http/index.js'
import { anchorOf, type Evidence } from '../../src/path/index.js'
import { judgeWithRetrieval, type TrustPolicy } from '../../src/trust/index.js'
import { accessMethods, type Certificate } from '../../src/x509/index.js'
import { type Issue, issueAuthority, issueMailbox, now } from '../helpers/issue.js'
import { policy as pathPolicy } from '../path/fixtures.js'
import { entryFor, issueList, pointAt, respond, toResponder } from '../path/revocation-fixtures.js'

const ann = 'ann@clinic.example'
const [listUrl, authoritiesUrl] = ['http://lists.example/clinic.crl', 'http://lists.example/authorities.crl']
const policy: TrustPolicy = {
  ...pathPolicy,
  revocation: { ...pathPolicy.revocation, mode: 'required', withoutPointer: 'refused' },
  subjectEmailAddress: false,
  dNSNameBesideAddress: false,
  namesBeyond13: 'warning',
}

const root = await issueAuthority({ cn: 'Root' })
const mailbox = (draft: Partial<Issue>) => issueMailbox(ann, { cn: 'Ann', by: 'Clinic CA', ...draft })

/** The judgement of a certificate, where these pages are all there is: octets, or a status. */
async function judged(
  certificate: Certificate,
  pages: Readonly<Record<string, Uint8Array | number>>,
  evidence: Partial<Evidence>,
) {
  const fetch = async (url: string): Promise<FetchResponse> => {
    const page = pages[url] ?? 404
    return typeof page === 'number' ? new Response('', { status: page }) : new Response(Uint8Array.from(page))
  }
  const whole = { crypto, at: now, anchors: [anchorOf(root)], certificates: [], ...evidence }
  const question = { certificate, address: ann, use: 'signing' } as const
  const retriever = createRetriever({ fetch, clock: () => now })
  const verdict = await judgeWithRetrieval(question, whole, policy, { retriever })
  return {
    answer: verdict.ok ? `path of ${verdict.path.length}` : verdict.code,
    temporary: !verdict.ok && verdict.temporary,
    codes: verdict.explanation.steps.map(({ code }) => code),
  }
}

describe('what is at hand and what is fetched (AS-65, AS-67)', async () => {
  const issuing = await issueAuthority({
    cn: 'Clinic CA',
    by: 'Root',
    cRLDistributionPoints: [pointAt(authoritiesUrl)],
  })
  const asked = await issueAuthority({ cn: 'Clinic CA', by: 'Root', cRLDistributionPoints: [], ...toResponder })
  const leaf = await mailbox({ cRLDistributionPoints: [pointAt(listUrl)] })
  const ofAuthorities = await issueList({ by: 'Root' })
  const good = { [listUrl]: (await issueList()).bytes }
  const certificates = [issuing]

  test('count together', async () => {
    expect(await judged(leaf, good, { certificates })).toMatchObject({ answer: 'revocation-unknown' })
    const together = await judged(leaf, good, { certificates, crls: [ofAuthorities] })
    expect(together).toMatchObject({ answer: 'path of 2', temporary: false })
    expect(together.codes).toEqual([
      ...['bound-to-address', 'usable-for-signing', 'path-valid', 'status-good', 'status-good'],
      'fetched',
    ])
    const ocspResponses = [await respond({ about: asked, issuer: root, by: 'Root' })]
    expect(await judged(leaf, good, { certificates: [asked], ocspResponses })).toMatchObject({ answer: 'path of 2' })
  })

  test('a certificate that is revoked is so for good, whatever else did not come', async () => {
    const crls = [await issueList({ revoked: [entryFor(leaf)] })]
    const revoked = await judged(leaf, { [authoritiesUrl]: 503 }, { certificates, crls })
    expect(revoked).toMatchObject({ answer: 'not-usable', temporary: false })
    expect(revoked.codes).toContain('not-fetched')
  })

  test('a refusal is one for now when one of several servers may answer yet', async () => {
    const access = (value: string) => ({
      accessMethod: accessMethods.caIssuers,
      accessLocation: { type: 'uniformResourceIdentifier', value } as const,
    })
    const urls = ['http://one.example/ca.cer', 'http://two.example/ca.cer'] as const
    const lost = await mailbox({ cRLDistributionPoints: [pointAt(listUrl)], authorityInfoAccess: urls.map(access) })
    const [one, two] = urls
    const answerOf = async (pages: Readonly<Record<string, Uint8Array | number>>) => {
      const { answer, temporary } = await judged(lost, { ...good, ...pages }, { crls: [ofAuthorities] })
      return [answer, temporary]
    }
    expect(await answerOf({})).toEqual(['untrusted', false])
    expect(await answerOf({ [one]: 503 })).toEqual(['untrusted', true])
    expect(await answerOf({ [one]: 503, [two]: issuing.bytes })).toEqual(['path of 2', false])
  })
})
