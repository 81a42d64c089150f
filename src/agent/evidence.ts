import { parseAsn1 } from '../asn1/index.js'
import { encodeHex, equal } from '../bytes/index.js'
import { CmsError, parseSignedData, verifySignedData } from '../cms/index.js'
import { type CryptoProvider, computeDigest, parsePublicKeyInfo } from '../crypto/index.js'
import { DirectError, unlessThrown } from '../errors/index.js'
import { anchorOf, buildPath, isAnchor, type TrustAnchor, validatePath } from '../path/index.js'
import type { VerifiedEntity } from '../smime/index.js'
import type { JudgedCertificate } from '../trust/index.js'
import { accept, refuse, type Verdict } from '../verdict/index.js'
import {
  type Certificate,
  parseCertificate,
  parseCertificateList,
  parseName,
  parseOcspResponse,
} from '../x509/index.js'
import type { Policy } from './policy.js'
import type { Ports } from './ports.js'
import { failed, passed } from './reasons.js'

/**
 * All that a message was accepted upon, to be kept: enough to show it again in ten years, without a network. Octets are
 * DER, save the content.
 */
export interface ReceivedEvidence {
  readonly version: 1
  readonly author: string
  /** The instant that everything was judged at, in milliseconds since 1970. */
  readonly receivedAt: number
  /** When revocation information was gathered: at that time, or later when the message was opened later. */
  readonly gatheredAt: number
  /** SHA-256 of what was signed, in hex. */
  readonly digest: string
  /** What was signed. It is the only part with health information in it: it may be kept elsewhere, or dropped. */
  readonly content?: Uint8Array
  /** The signature, with the certificates that came along. */
  readonly signedData: Uint8Array
  /** For whom the signer was trusted, and upon what. */
  readonly trusted: readonly TrustedPath[]
}

export interface TrustedPath {
  readonly recipients: readonly string[]
  /** From the signer's certificate towards the anchor. */
  readonly path: readonly Uint8Array[]
  /** A name and a key; the certificate they came in, if they did. */
  readonly anchor: {
    readonly name: Uint8Array
    readonly publicKey: Uint8Array
    readonly certificate?: Uint8Array
  }
  readonly crls: readonly Uint8Array[]
  readonly ocspResponses: readonly Uint8Array[]
}

/** Why evidence proves nothing, or not any more. */
export type EvidenceProblem = 'evidence-malformed' | 'evidence-changed' | 'evidence-signature' | 'evidence-path'

/** A recipient, and what its trust in the signer rests on. */
export interface TrustedRecipient {
  readonly address: string
  readonly judged: JudgedCertificate
}

/** Puts together what a message was accepted upon. */
export async function evidenceOf(
  { content, digests, signedData }: VerifiedEntity,
  author: string,
  trusted: readonly TrustedRecipient[],
  { crypto, at, now }: Ports,
): Promise<ReceivedEvidence> {
  const paths = [...new Set(trusted.map(({ judged }) => judged))]
  return {
    version: 1,
    author,
    receivedAt: at,
    gatheredAt: now,
    digest: encodeHex(digests.get('SHA-256') ?? (await computeDigest(crypto, 'SHA-256', content.bytes))),
    content: content.bytes,
    signedData,
    trusted: paths.map((judged) => ({
      recipients: trusted.filter((each) => each.judged === judged).map(({ address }) => address),
      path: judged.path.map(octets),
      anchor: keptAnchor(judged.anchor),
      crls: judged.crls.map(octets),
      ocspResponses: judged.ocspResponses.map(octets),
    })),
  }
}

function keptAnchor({ name, publicKey, certificate }: TrustAnchor): TrustedPath['anchor'] {
  return { name: name.bytes, publicKey: publicKey.bytes, ...(certificate && { certificate: certificate.bytes }) }
}

const octets = ({ bytes }: { readonly bytes: Uint8Array }): Uint8Array => bytes

/**
 * Proves again what a message was accepted upon: that the content is the one that was signed, by whom, and that the path
 * and the revocation information held at the time. Nothing is fetched, and no clock is read.
 *
 * Whether the anchor deserved trust is for people to know: nothing in the evidence can tell.
 *
 * @param evidence - with its content.
 */
export async function verifyEvidence(
  evidence: ReceivedEvidence,
  policy: Pick<Policy, 'algorithms' | 'trust'>,
  crypto: CryptoProvider,
): Promise<Verdict<{ readonly signers: readonly Certificate[] }, EvidenceProblem>> {
  const no = (code: EvidenceProblem) => refuse(code, [failed(code)])
  const { content, digest, receivedAt: at, gatheredAt, trusted } = evidence
  const signedData = unlessThrown(CmsError, () => parseSignedData(evidence.signedData))
  if (!content || !signedData || trusted.length === 0) return no('evidence-malformed')
  if (encodeHex(await computeDigest(crypto, 'SHA-256', content)) !== digest) return no('evidence-changed')

  const verdicts = await verifySignedData(signedData, content, { crypto, algorithms: policy.algorithms })
  const signers = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.certificate] : []))
  for (const each of trusted) {
    const read = unlessThrown(DirectError, () => readPath(each))
    if (!read) return no('evidence-malformed')
    const { path, anchor, crls, ocspResponses } = read
    if (!signers.some(({ bytes }) => equal(bytes, path[0]!.bytes))) return no('evidence-signature')
    const means = { crypto, at, gatheredAt, certificates: signedData.certificates, crls, ocspResponses }
    const verdict = isAnchor(path[0]!, anchor)
      ? await buildPath(path[0]!, { ...means, anchors: [anchor] }, policy.trust)
      : await validatePath(path, anchor, means, policy.trust)
    if (!verdict.ok) return refuse('evidence-path', [failed('evidence-path', undefined, verdict.explanation.steps)])
  }
  return accept({ signers }, [passed('evidence-holds')])
}

function readPath({ path, anchor, crls, ocspResponses }: TrustedPath) {
  const certificates = path.map(parseCertificate)
  if (certificates.length === 0) return undefined
  return {
    path: certificates,
    anchor: anchor.certificate ? anchorOf(parseCertificate(anchor.certificate)) : bareAnchor(anchor),
    crls: crls.map(parseCertificateList),
    ocspResponses: ocspResponses.map(parseOcspResponse),
  }
}

function bareAnchor({ name, publicKey }: TrustedPath['anchor']): TrustAnchor {
  return { name: parseName(parseAsn1(name)), publicKey: parsePublicKeyInfo(parseAsn1(publicKey)) }
}
