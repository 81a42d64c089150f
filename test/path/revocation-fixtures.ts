import { der, parseAsn1 } from '../../src/asn1/index.js'
import type { DigestName } from '../../src/crypto/index.js'
import { anchorOf, buildPath, type Evidence, type PathPolicy, type RevocationPolicy } from '../../src/path/index.js'
import type { Step } from '../../src/verdict/index.js'
import {
  accessMethods,
  buildCertificateList,
  buildName,
  buildOcspResponse,
  type Certificate,
  type CertificateList,
  type CertificateListDraft,
  certIdOf,
  type DistributionPoint,
  type GeneralName,
  type OcspResponse,
  type OcspResponseDraft,
  parseCertificateList,
  parseName,
  parseOcspResponse,
  type SingleResponseDraft,
} from '../../src/x509/index.js'
import { type Issue, issueMailbox, keyPair, now } from '../helpers/issue.js'
import { policy } from './fixtures.js'

export const hour = 3_600_000
export const day = 24 * hour

/** Where the lists of these tests lie. */
export const crlUrl = 'http://ca.example/ca.crl'
export const ocspUrl = 'http://ocsp.example/'

const uri = (value: string): GeneralName => ({ type: 'uniformResourceIdentifier', value })

export function pointAt(...urls: readonly string[]): DistributionPoint {
  return { distributionPoint: { fullName: urls.map(uri) } }
}

export function directoryName(...names: readonly (readonly [string, string])[]): GeneralName {
  return { type: 'directoryName', name: parseName(parseAsn1(der.encode(buildName(names)))) }
}

/** The pointers of a certificate to a list and to a responder. */
export const toList: Partial<Issue> = { cRLDistributionPoints: [pointAt(crlUrl)] }
export const toResponder: Partial<Issue> = {
  authorityInfoAccess: [{ accessMethod: accessMethods.ocsp, accessLocation: uri(ocspUrl) }],
}

/** A mailbox of the clinic whose revocation is published in a list. */
export function mailbox(draft: Partial<Issue> = {}): Promise<Certificate> {
  return issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Clinic CA', ...toList, ...draft })
}

/** What a test says of a list; all else is as ordinary as can be. */
export interface ListIssue extends Partial<CertificateListDraft> {
  /** The common name of the issuer, and the name of the key. */
  readonly by?: string
  readonly byKey?: string
  readonly digest?: DigestName
  /** Does not say when there will be a newer one. */
  readonly isEndless?: boolean
}

/** Issues a list, of today and for a week. */
export async function issueList({ by = 'Clinic CA', byKey = by, digest, isEndless, ...draft }: ListIssue = {}) {
  const whole = {
    issuer: buildName([['CN', by]]),
    thisUpdate: now - hour,
    crlNumber: 10n,
    ...(!isEndless && { nextUpdate: now + 7 * day }),
    ...draft,
  }
  return parseCertificateList(await buildCertificateList(whole, (await keyPair(byKey)).signer(digest)))
}

export function entryFor({ serialNumber }: Certificate, more: object = {}) {
  return { serialNumber, revocationDate: now - day, ...more }
}

/** What a test says of a response about one certificate. */
export interface ResponseIssue extends Partial<OcspResponseDraft> {
  readonly about: Certificate
  readonly issuer: Certificate
  /** The common name of the responder, and the name of the key. */
  readonly by?: string
  readonly byKey?: string
  readonly single?: Partial<SingleResponseDraft>
}

/** Has a responder answer, just now and for a day. */
export async function respond({ about, issuer, by = 'Clinic CA', byKey = by, single, ...draft }: ResponseIssue) {
  const { serialNumber } = about
  const certID = await certIdOf(crypto, { issuer: about.issuer, issuerKey: issuer.publicKey, serialNumber })
  const whole = {
    responderID: { byName: buildName([['CN', by]]) },
    producedAt: now - hour,
    responses: [{ certID, certStatus: 'good' as const, thisUpdate: now - hour, nextUpdate: now + day, ...single }],
    ...draft,
  }
  return parseOcspResponse(await buildOcspResponse(whole, (await keyPair(byKey)).signer()))
}

/** A question about revocation: whether the path is accepted, and on what grounds. */
export interface Asked {
  readonly certificate: Certificate
  readonly anchors: readonly Certificate[]
  readonly certificates?: readonly Certificate[]
  readonly crls?: readonly CertificateList[]
  readonly ocspResponses?: readonly OcspResponse[]
  readonly at?: number
  readonly gatheredAt?: number
  readonly ocspNonce?: Uint8Array
  readonly tried?: readonly string[]
  readonly revocation?: Partial<RevocationPolicy>
  readonly algorithms?: Partial<PathPolicy['algorithms']>
}

export interface Answered {
  readonly answer: string
  readonly temporary: boolean
  /** The codes of what was found in lists and responses, and of what was not believed. */
  readonly grounds: readonly string[]
  readonly wants: readonly string[]
}

export async function ask({ certificate, anchors, revocation, algorithms, tried, ...rest }: Asked): Promise<Answered> {
  const evidence: Evidence = {
    crypto,
    at: now,
    certificates: [],
    ...rest,
    anchors: anchors.map(anchorOf),
    ...(tried && { tried: new Set(tried) }),
  }
  const verdict = await buildPath(certificate, evidence, {
    ...policy,
    algorithms: { ...policy.algorithms, ...algorithms },
    revocation: { ...policy.revocation, mode: 'required', withoutPointer: 'refused', ...revocation },
  })
  return {
    answer: verdict.ok ? 'accepted' : verdict.code,
    temporary: !verdict.ok && verdict.temporary,
    grounds: codesOf(verdict.explanation.steps).filter((code) =>
      /^(crl|ocsp|responder)-|^revocation-(too|unreadable|extension)/.test(code),
    ),
    wants: verdict.wants.map(({ key }) => key),
  }
}

function codesOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ code, steps: inner = [] }) => [code, ...codesOf(inner)])
}
