import { expect } from 'vitest'
import { unlessThrown } from '../../../src/errors/index.js'
import { anchorOf, buildPath, type Evidence, type PathPolicy } from '../../../src/path/index.js'
import { type Certificate, parseCertificate, parseCertificateList, X509Error } from '../../../src/x509/index.js'
import { policy } from '../fixtures.js'

/** One question of a suite that others published. */
export interface SuiteCase {
  readonly id: string
  readonly expected: 'accepted' | 'refused'
  /** `accepted`, or the code of the refusal. */
  answer(): Promise<string>
}

/** Cases that we answer otherwise than published, or cannot answer, and why. */
export interface Difference {
  readonly ids: readonly string[]
  /** What we say, or that we are not the ones to be asked. */
  readonly answer: 'accepted' | 'refused' | 'not asked'
  readonly why: string
}

/** Asks all, compares with what was published, and counts. A difference that is not listed fails, a line too many fails. */
export async function compareSuite(
  name: string,
  cases: readonly SuiteCase[],
  differences: readonly Difference[],
): Promise<void> {
  const listed = new Map(differences.flatMap(({ ids, answer }) => ids.map((id) => [id, answer] as const)))
  const wrong: string[] = []
  const count = { agree: 0, differ: 0, 'not asked': 0 }
  for (const { id, expected, answer } of cases) {
    const reasoned = listed.get(id)
    if (reasoned === 'not asked') {
      count['not asked']++
      continue
    }
    const text = await answer()
    const ours = text === 'accepted' ? 'accepted' : 'refused'
    count[ours === expected ? 'agree' : 'differ']++
    if (ours !== (reasoned ?? expected)) wrong.push(`${id}: ${expected} by the publisher, ${text} by us`)
    if (reasoned === expected) wrong.push(`${id}: listed as a difference, and is none`)
  }
  console.info(
    `${name}: ${cases.length} cases, ${count.agree} agree, ${count.differ} differ for a reason, ${count['not asked']} not asked`,
  )
  const known = new Set(cases.map(({ id }) => id))
  expect(wrong).toEqual([])
  expect([...listed.keys()].filter((id) => !known.has(id))).toEqual([])
}

/** What a case gives, each in DER. */
export interface SuiteInput {
  readonly certificate: Uint8Array
  readonly certificates: readonly Uint8Array[]
  readonly anchors: readonly Uint8Array[]
  readonly crls?: readonly Uint8Array[]
  readonly at: number
}

/** The answer of `buildPath`. What is malformed is no certificate: as the end of the path it is refused, elsewhere absent. */
export async function answerTo(
  { certificate: bytes, certificates, anchors, crls = [], at }: SuiteInput,
  options: Partial<PathPolicy> = {},
  accepts: (certificate: Certificate) => boolean = () => true,
): Promise<string> {
  const certificate = readable(bytes)
  if (!certificate) return 'ERR_X509_MALFORMED'
  const evidence: Evidence = {
    crypto,
    at,
    anchors: anchors.flatMap((each) => readable(each) ?? []).map(anchorOf),
    certificates: certificates.flatMap((each) => readable(each) ?? []),
    crls: crls.flatMap((each) => unlessThrown(X509Error, () => parseCertificateList(each)) ?? []),
  }
  const verdict = await buildPath(certificate, evidence, { ...suitePolicy, ...options })
  if (!verdict.ok) return verdict.code
  return accepts(certificate) ? 'accepted' : 'another name'
}

/** Nothing beyond the standard: no tolerance of clocks, and any kind of certificate may be asked about. */
const suitePolicy: PathPolicy = { ...policy, clockSkewMs: 0, endsInAuthority: 'allowed' }

function readable(bytes: Uint8Array): Certificate | undefined {
  return unlessThrown(X509Error, () => parseCertificate(bytes))
}

export function pemBlocks(text: string): readonly Uint8Array[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \1-----/g)
  return [...blocks].map(([, , body]) => base64(body!))
}

export function base64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}
