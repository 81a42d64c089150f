import { anchorOf, buildPath, type Evidence, type PathPolicy } from '../../src/path/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { now } from '../helpers/issue.js'

export const policy: PathPolicy = {
  algorithms: {
    digests: ['SHA-256', 'SHA-384', 'SHA-512'],
    signatures: ['RSASSA-PKCS1-v1_5', 'RSASSA-PSS', 'ECDSA', 'Ed25519'],
    minRsaBits: 2048,
    maxRsaBits: 8192,
    curves: ['P-256', 'P-384', 'P-521', 'Ed25519'],
  },
  clockSkewMs: 5 * 60_000,
  anchorValidity: 'checked',
  signaturesBeyond13: 'warning',
  endsInAuthority: 'refused',
  revocation: { mode: 'off', withoutPointer: 'warning', sources: ['crl', 'ocsp'], maxAgeMs: 7 * 86_400_000 },
}

export interface Question {
  readonly certificate: Certificate
  readonly anchors: readonly Certificate[]
  readonly certificates?: readonly Certificate[]
  readonly at?: number
  readonly policy?: Partial<PathPolicy>
}

export function evidenceOf({ anchors, certificates = [], at = now }: Omit<Question, 'certificate'>): Evidence {
  return { crypto, at, anchors: anchors.map(anchorOf), certificates }
}

/** The answer to a question: the length of the path, or the code. */
export async function answerTo(question: Question): Promise<string> {
  const verdict = await buildPath(question.certificate, evidenceOf(question), { ...policy, ...question.policy })
  return verdict.ok ? `path of ${verdict.path.length}` : verdict.code
}
