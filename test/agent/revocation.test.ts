import { beforeAll, describe, expect, test } from 'vitest'
import { type AgentOptions, policies, verifyEvidence } from '../../src/agent/index.js'
import { type DerNode, der, parseAsn1 } from '../../src/asn1/index.js'
import { buildSignedData } from '../../src/cms/index.js'
import type { Fetch } from '../../src/http/index.js'
import { buildMultipart, buildPart, wrapMessage } from '../../src/mime/index.js'
import { anchorOf } from '../../src/path/index.js'
import type { TrustStore } from '../../src/trust/index.js'
import {
  accessMethods,
  buildCertificateList,
  buildName,
  buildOcspResponse,
  type Certificate,
  certIdOf,
  distributionPointAt,
} from '../../src/x509/index.js'
import { issueAuthority, keyPair } from '../helpers/issue.js'
import {
  agentOf,
  ann,
  bob,
  codesOf,
  day,
  encrypted,
  lines,
  messageIn,
  now,
  outcomeOf,
  type Party,
  person,
  words,
  world,
} from './world.js'

const listAt = (ca: string) => `http://crl.example/${ca}.crl`
const issuersAt = 'http://ca.example/issuing.cer'

/** A list of an authority, with these serial numbers on it. */
async function listOf(
  cn: string,
  revoked: readonly bigint[] = [],
  nextUpdate = now + day,
  thisUpdate = now - day,
): Promise<Uint8Array<ArrayBuffer>> {
  const draft = {
    issuer: buildName([['CN', cn]]),
    thisUpdate,
    nextUpdate,
    revoked: revoked.map((serialNumber) => ({ serialNumber, revocationDate: now - day })),
  }
  return buildCertificateList(draft, (await keyPair(cn)).signer())
}

type Pages = Readonly<Record<string, () => Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>>>

/** A network with these pages, and what was asked of it. What is no page cannot be reached. */
function network(pages: Pages) {
  const asked: string[] = []
  const fetch: Fetch = async (url) => {
    asked.push(url)
    const page = pages[url]
    if (!page) throw new TypeError('fetch failed')
    return new Response(await page())
  }
  return { fetch, asked }
}

let sender: Party
let reader: Party
let clinicCa: Certificate
let hospitalCa: Certificate
let issuing: Certificate

beforeAll(async () => {
  ;({ clinicCa, hospitalCa, bob: reader } = await world())
  issuing = await issueAuthority({
    cn: 'Issuing CA',
    by: 'Clinic CA',
    cRLDistributionPoints: [distributionPointAt(listAt('clinic'))],
  })
  sender = await person(ann, 'Issuing CA', {
    cn: 'ann below',
    cRLDistributionPoints: [distributionPointAt(listAt('issuing'))],
    authorityInfoAccess: [
      {
        accessMethod: accessMethods.caIssuers,
        accessLocation: { type: 'uniformResourceIdentifier', value: issuersAt },
      },
    ],
  })
})

const good: Pages = {
  [issuersAt]: () => Uint8Array.from(issuing.bytes),
  [listAt('clinic')]: () => listOf('Clinic CA'),
  [listAt('issuing')]: () => listOf('Issuing CA'),
}

/** A message of Ann's, which brings no certificate but hers. */
async function sealed() {
  const agent = agentOf([sender], { trust: [hospitalCa], discovery: [reader.certificate] })
  return (await agent.seal({ ...words, from: ann, to: bob })).messages[0]!.raw
}

const hospital = (pages: Pages, options: Partial<AgentOptions> = {}) =>
  agentOf([reader], { trust: [clinicCa], discovery: [sender.certificate], fetch: network(pages).fetch, ...options })

const without = (url: string): Pages => Object.fromEntries(Object.entries(good).filter(([page]) => page !== url))

describe('what certificates point to is fetched (AS-65, AS-67)', () => {
  test.each<{ comment: string; pages: () => Pages; outcome: string; final?: string }>([
    { comment: 'an issuer and two lists, one after the other', pages: () => good, outcome: 'message' },
    {
      comment: 'the certificate is on the list',
      pages: () => ({ ...good, [listAt('issuing')]: () => listOf('Issuing CA', [sender.certificate.serialNumber]) }),
      outcome: 'untrusted',
    },
    {
      comment: 'its issuer is on the list',
      pages: () => ({ ...good, [listAt('clinic')]: () => listOf('Clinic CA', [issuing.serialNumber]) }),
      outcome: 'untrusted',
    },
    {
      comment: 'another certificate is on the list',
      pages: () => ({ ...good, [listAt('issuing')]: () => listOf('Issuing CA', [1n << 100n]) }),
      outcome: 'message',
    },
    {
      comment: 'no list can be reached',
      pages: () => without(listAt('issuing')),
      outcome: 'evidence-unreachable',
      final: 'revocation-unknown',
    },
    {
      comment: 'the list is out of date',
      pages: () => ({ ...good, [listAt('issuing')]: () => listOf('Issuing CA', [], now - 1000) }),
      outcome: 'evidence-unreachable',
      final: 'revocation-unknown',
    },
    {
      comment: 'the list is that of somebody else',
      pages: () => ({ ...good, [listAt('issuing')]: () => listOf('Hospital CA') }),
      outcome: 'evidence-unreachable',
      final: 'revocation-unknown',
    },
    {
      comment: 'the issuer cannot be reached',
      pages: () => without(issuersAt),
      outcome: 'evidence-unreachable',
      final: 'revocation-unknown',
    },
    {
      comment: 'where the issuer should be is something else',
      pages: () => ({ ...good, [issuersAt]: () => new TextEncoder().encode('<html>') }),
      outcome: 'untrusted',
    },
  ])('$comment: $outcome', async ({ pages, outcome, final = outcome }) => {
    const raw = await sealed()
    const opened = await hospital(pages()).open(raw)
    expect(outcomeOf(opened)).toBe(outcome)
    if (opened.kind === 'deferred') expect(opened.smtpAdvice).toBe('retry')
    expect(outcomeOf(await hospital(pages()).open(raw, { final: true }))).toBe(final)
  })

  test('a page that stood where the issuer should be is not believed for long: the server is asked again', async () => {
    let pages: Pages = { ...good, [issuersAt]: () => new TextEncoder().encode('<html>') }
    const agent = hospital(good, { fetch: (url, init) => network(pages).fetch(url, init) })
    const raw = await sealed()
    expect(outcomeOf(await agent.open(raw))).toBe('untrusted')
    pages = good
    expect(outcomeOf(await agent.open(raw))).toBe('message')
  })

  test('without a way to fetch, what is not at hand is not known', async () => {
    const agent = agentOf([reader], { trust: [issuing] })
    expect(outcomeOf(await agent.open(await sealed()))).toBe('evidence-unreachable')
  })

  test('best effort: it is asked for, a revoked one is refused, and what cannot be found out is told', async () => {
    const { revocation } = policies.direct.trust
    const policy = {
      ...policies.direct,
      trust: { ...policies.direct.trust, revocation: { ...revocation, mode: 'best-effort' as const } },
    }
    const raw = await sealed()
    const opened = messageIn(await hospital(without(listAt('issuing')), { policy }).open(raw))
    expect(codesOf(opened.explanation.steps, 'unknown')).toContain('status-unknown')
    const revoked = { ...good, [listAt('issuing')]: () => listOf('Issuing CA', [sender.certificate.serialNumber]) }
    expect(outcomeOf(await hospital(revoked, { policy }).open(raw))).toBe('untrusted')
    expect(outcomeOf(await hospital(good, { policy }).open(raw))).toBe('message')
  })

  test('a recipient of whom it is not known gets nothing for now', async () => {
    const away = hospital(without(listAt('issuing')))
    const back = await away.seal({ ...words, from: bob, to: ann })
    expect(back.messages).toEqual([])
    expect(back.rejected).toMatchObject([{ code: 'revocation-unknown', temporary: true }])
    const answer = await hospital(good).seal({ ...words, from: bob, to: ann })
    expect(answer.rejected).toEqual([])
  })

  test('opened a day after it came in: it is judged as of then, with a list of today', async () => {
    const raw = await sealed()
    const later = { ...good, [listAt('issuing')]: () => listOf('Issuing CA', [], now + 3 * day) }
    const pages = { ...later, [listAt('clinic')]: () => listOf('Clinic CA', [], now + 3 * day) }
    const agent = hospital(pages, { clock: () => now + 2 * day })
    expect(outcomeOf(await agent.open(raw, { receivedAt: now }))).toBe('message')
  })

  test('the same list is fetched once for many messages', async () => {
    const { fetch, asked } = network(good)
    const agent = hospital(good, { fetch })
    for (let count = 0; count < 3; count++) expect(outcomeOf(await agent.open(await sealed()))).toBe('message')
    expect([...asked].sort()).toEqual(Object.keys(good).sort())
  })
})

/** A message of Ann's, in whose signature these RevocationInfoChoices lie. */
async function bringing(...infos: readonly DerNode[]): Promise<Uint8Array> {
  const content = wrapMessage(lines(`From: ${ann}`, `To: ${bob}`, 'Message-ID: <1@x.example>', '', 'Fine.'))
  const signer = sender.identity.signing!
  const [type, wrapper] = parseAsn1(await buildSignedData({ content, signer, signingTime: now }, crypto)).children
  const fields = wrapper!.children[0]!.children.map(({ bytes }) => bytes)
  const along = infos.length > 0 ? [der.implicit(1, der.setOf(infos))] : []
  const signedData = der.sequence(...fields.slice(0, 4), ...along, ...fields.slice(4))
  const signature = buildPart({
    contentType: 'application/pkcs7-signature; name="smime.p7s"',
    content: der.encode(der.sequence(type!.bytes, der.explicit(0, signedData))),
    transferEncoding: 'base64',
  })
  const protocol = { protocol: 'application/pkcs7-signature', micalg: 'sha-256' }
  return encrypted(buildMultipart('signed', [content, signature], protocol), [reader])
}

/** As an OCSP responder would say it. */
async function responseOf(certStatus: 'good' | { readonly revocationTime: number }): Promise<DerNode> {
  const { subject, publicKey: issuerKey } = issuing
  const certID = await certIdOf(crypto, {
    issuer: subject,
    issuerKey,
    serialNumber: sender.certificate.serialNumber,
  })
  const response = await buildOcspResponse(
    {
      responderID: { byName: subject.bytes },
      producedAt: now,
      responses: [{ certID, certStatus, thisUpdate: now - day, nextUpdate: now + day }],
    },
    (await keyPair('Issuing CA')).signer(),
  )
  return der.implicit(1, der.sequence(der.oid('1.3.6.1.5.5.7.16.2'), response))
}

// RFC 5652 §10.2.1, RFC 5940 §2: where nothing can be fetched, it is all there is.
describe('what a message brings along about revocation counts like what is fetched', () => {
  test.each<{ comment: string; infos: () => Promise<readonly DerNode[]>; outcome: string }>([
    { comment: 'nothing', infos: async () => [], outcome: 'evidence-unreachable' },
    { comment: 'a list', infos: async () => [await listOf('Issuing CA')], outcome: 'message' },
    {
      comment: 'a list with the signer on it',
      infos: async () => [await listOf('Issuing CA', [sender.certificate.serialNumber])],
      outcome: 'untrusted',
    },
    {
      comment: 'a list of somebody else',
      infos: async () => [await listOf('Clinic CA')],
      outcome: 'evidence-unreachable',
    },
    { comment: 'a response', infos: async () => [await responseOf('good')], outcome: 'message' },
    {
      comment: 'a response that says revoked',
      infos: async () => [await responseOf({ revocationTime: now - day })],
      outcome: 'untrusted',
    },
  ])('$comment: $outcome', async ({ infos, outcome }) => {
    const agent = agentOf([reader], { trust: [issuing] })
    expect(outcomeOf(await agent.open(await bringing(...(await infos()))))).toBe(outcome)
  })
})

describe('evidence of a message that was accepted', () => {
  async function evidence() {
    return messageIn(await hospital(good).open(await sealed())).evidence
  }

  test('holds again later, without a network', async () => {
    const kept = await evidence()
    expect(kept).toMatchObject({ version: 1, author: ann, receivedAt: now })
    expect(kept.trusted).toMatchObject([{ recipients: [bob], anchor: { certificate: clinicCa.bytes } }])
    expect(kept.trusted[0]!.path).toHaveLength(2)
    expect(kept.trusted[0]!.crls).toHaveLength(2)
    expect(await verifyEvidence(kept, policies.direct, crypto)).toMatchObject({
      ok: true,
      signers: [{ serialNumber: sender.certificate.serialNumber }],
    })
  })

  const lastChanged = (bytes: Uint8Array) =>
    Uint8Array.from(bytes, (octet, index) => (index === bytes.length - 1 ? octet ^ 1 : octet))
  const changed = (bytes: Uint8Array) => Uint8Array.from(bytes, (octet, index) => (index === 40 ? octet ^ 1 : octet))

  type Kept = Awaited<ReturnType<typeof evidence>>
  const withPath = (kept: Kept, part: Partial<Kept['trusted'][number]>) => ({
    ...kept,
    trusted: [{ ...kept.trusted[0]!, ...part }],
  })

  test.each<{ comment: string; change: (kept: Kept) => Kept; code: string }>([
    {
      comment: 'its content dropped',
      change: ({ content: _, ...rest }) => rest,
      code: 'evidence-malformed',
    },
    {
      comment: 'its content changed',
      change: (kept) => ({ ...kept, content: changed(kept.content!) }),
      code: 'evidence-changed',
    },
    { comment: 'the lists gone', change: (kept) => withPath(kept, { crls: [] }), code: 'evidence-path' },
    { comment: 'another time', change: (kept) => ({ ...kept, receivedAt: now + 400 * day }), code: 'evidence-path' },
    {
      comment: 'another anchor',
      change: (kept) => withPath(kept, { anchor: { ...kept.trusted[0]!.anchor, certificate: hospitalCa.bytes } }),
      code: 'evidence-path',
    },
    {
      comment: 'the path of another',
      change: (kept) => withPath(kept, { path: [reader.certificate.bytes] }),
      code: 'evidence-signature',
    },
    { comment: 'nobody who trusted', change: (kept) => ({ ...kept, trusted: [] }), code: 'evidence-malformed' },
    {
      comment: 'its signature cut',
      change: (kept) => ({ ...kept, signedData: kept.signedData.subarray(0, -1) }),
      code: 'evidence-malformed',
    },
    {
      comment: 'its signature wrong',
      change: (kept) => ({ ...kept, signedData: lastChanged(kept.signedData) }),
      code: 'evidence-signature',
    },
    { comment: 'no path', change: (kept) => withPath(kept, { path: [] }), code: 'evidence-malformed' },
    {
      comment: 'a path that cannot be read',
      change: (kept) => withPath(kept, { path: [kept.trusted[0]!.path[0]!.subarray(1)] }),
      code: 'evidence-malformed',
    },
    {
      comment: 'a list that cannot be read',
      change: (kept) => withPath(kept, { crls: [Uint8Array.of(0x30)] }),
      code: 'evidence-malformed',
    },
    {
      comment: 'an anchor of the same name and another key',
      change: (kept) =>
        withPath(kept, { anchor: { name: clinicCa.subject.bytes, publicKey: hospitalCa.publicKey.bytes } }),
      code: 'evidence-path',
    },
    {
      comment: 'one good path and one that is none',
      change: (kept) => ({ ...kept, trusted: [...kept.trusted, { ...kept.trusted[0]!, crls: [] }] }),
      code: 'evidence-path',
    },
    {
      comment: 'an issuer missing',
      change: (kept) => withPath(kept, { path: kept.trusted[0]!.path.slice(0, 1) }),
      code: 'evidence-path',
    },
  ])('with $comment it does not hold: $code', async ({ change, code }) => {
    const verdict = await verifyEvidence(change(await evidence()), policies.direct, crypto)
    expect(verdict).toMatchObject({ ok: false, code, explanation: { code, steps: [{ code, outcome: 'failed' }] } })
  })

  const holds = async (kept: Kept) => (await verifyEvidence(kept, policies.direct, crypto)).ok

  test('holds upon a name and a key alone, as an anchor may be', async () => {
    const anchor = { name: clinicCa.subject.bytes, publicKey: clinicCa.publicKey.bytes }
    expect(await holds(withPath(await evidence(), { anchor }))).toBe(true)
    const trust: TrustStore = { anchors: async () => [{ name: clinicCa.subject, publicKey: clinicCa.publicKey }] }
    const opened = await hospital(good, { trust }).open(await sealed())
    expect(messageIn(opened).evidence.trusted[0]?.anchor).toEqual(anchor)
  })

  test('holds upon a response that came with the message, and not without it', async () => {
    const raw = await bringing(await responseOf('good'))
    const { evidence: kept } = messageIn(await agentOf([reader], { trust: [issuing] }).open(raw))
    expect([kept.trusted[0]!.crls.length, kept.trusted[0]!.ocspResponses.length]).toEqual([0, 1])
    expect([await holds(kept), await holds(withPath(kept, { ocspResponses: [] }))]).toEqual([true, false])
  })

  test('holds upon the certificate of the signer itself, where that is the anchor', async () => {
    const { ann: single } = await world()
    const agent = agentOf([single], { trust: [hospitalCa], discovery: [reader.certificate] })
    const { raw } = (await agent.seal({ ...words, from: ann, to: bob })).messages[0]!
    const { evidence: kept } = messageIn(await agentOf([reader], { trust: [single.certificate] }).open(raw))
    expect(await holds(kept)).toBe(true)
    expect(await holds(withPath(kept, { anchor: { ...kept.trusted[0]!.anchor, certificate: hospitalCa.bytes } }))).toBe(
      false,
    )
  })

  test('says when lists were gathered: one of a later day counts for it alone', async () => {
    const tomorrow = now + day
    const later = async (cn: string) => listOf(cn, [], now + 4 * day, tomorrow)
    const pages = {
      ...good,
      [listAt('issuing')]: () => later('Issuing CA'),
      [listAt('clinic')]: () => later('Clinic CA'),
    }
    const agent = hospital(pages, { clock: () => tomorrow + 1000 })
    const { evidence: kept } = messageIn(await agent.open(await sealed(), { receivedAt: now }))
    expect([kept.receivedAt, kept.gatheredAt]).toEqual([now, tomorrow + 1000])
    expect([await holds(kept), await holds({ ...kept, gatheredAt: now })]).toEqual([true, false])
  })

  test('says of each path for whom it is', async () => {
    const { ann: single } = await world()
    const other = await person('ida@direct.hospital.example', 'Hospital CA')
    const agent = agentOf([single], { trust: [hospitalCa], discovery: [reader.certificate, other.certificate] })
    const { raw } = (await agent.seal({ ...words, from: ann, to: [bob, other.address] })).messages[0]!
    const opened = async (own: Certificate) => {
      const trust: TrustStore = { anchors: async ({ address }) => [anchorOf(address === bob ? clinicCa : own)] }
      const { evidence: kept } = messageIn(await agentOf([reader, other], { trust }).open(raw))
      expect(await holds(kept)).toBe(true)
      return kept.trusted.map(({ recipients }) => recipients)
    }
    expect(await opened(single.certificate)).toEqual([[bob], [other.address]])
    expect(await opened(clinicCa)).toEqual([[bob, other.address]])
  })
})
