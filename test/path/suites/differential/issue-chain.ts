import { createSigner, type Signer } from '../../../../src/crypto/index.js'
import { parsePrivateKey } from '../../../../src/keys/index.js'
import {
  buildCertificate,
  buildName,
  type Certificate,
  extensionOids,
  parseCertificate,
} from '../../../../src/x509/index.js'
import { now } from '../../../helpers/issue.js'
import { keyCount, type Link, type Specification } from './specification.js'

export interface Key {
  readonly publicKey: Uint8Array
  readonly signer: Signer
}

/** A chain of certificates, the root first, and those that look like its authorities and do not lead to the root. */
export interface Chain {
  readonly specification: Specification
  readonly certificates: readonly Certificate[]
  readonly lookalikes: readonly Certificate[]
}

/** A few keys for thousands of certificates. */
export function makeKeys(): Promise<readonly Key[]> {
  return Promise.all(
    Array.from({ length: keyCount }, async () => {
      const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
      const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
      const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
      return { publicKey, signer: createSigner(crypto, parsePrivateKey(pkcs8)) }
    }),
  )
}

export async function issueChain(specification: Specification, keys: readonly Key[]): Promise<Chain> {
  const { links } = specification
  const issuerOf = (index: number) => links[Math.max(0, index - 1)]!
  const certificates = await Promise.all(links.map((link, index) => issueLink(link, issuerOf(index), keys)))
  if (!specification.lookalikes) return { specification, certificates, lookalikes: [] }
  const authorities = links.slice(0, -1).map((link, index) => [link, issuerOf(index)] as const)
  const lookalikes = await Promise.all([
    ...authorities.map(([link]) =>
      issueLink({ ...link, ownKey: nextKey(link) }, { ...link, ownKey: nextKey(link) }, keys),
    ),
    ...authorities.map(([link, issuer]) => issueLink({ ...link, notAfter: now - 1000 }, issuer, keys)),
    ...authorities.map(([link, issuer]) => issueLink(link, { ...issuer, cn: 'nobody knows' }, keys)),
  ])
  return { specification, certificates, lookalikes }
}

const nextKey = ({ ownKey }: Link) => (ownKey + 1) % keyCount

const day = 86_400_000
const identifierOf = ({ cn, ownKey }: Link) => new TextEncoder().encode(`${cn} ${ownKey}`)
const nameOf = ({ cn }: Link) =>
  buildName([
    ['O', 'Clinic'],
    ['CN', cn],
  ])
let serial = 0n

async function issueLink(link: Link, issuer: Link, keys: readonly Key[]): Promise<Certificate> {
  const { cn: _, ownKey, byKey, flipped, ...said } = link
  const { signer } = keys[byKey ?? issuer.ownKey]!
  serial += 1n
  const draft = {
    serialNumber: serial,
    issuer: nameOf(issuer),
    subject: nameOf(link),
    notBefore: now - 30 * day,
    notAfter: now + 30 * day,
    publicKey: keys[ownKey]!.publicKey,
    subjectKeyIdentifier: identifierOf(link),
    authorityKeyIdentifier: identifierOf(issuer),
    ...said,
  }
  const certificate = parseCertificate(await buildCertificate(draft, signer))
  if (!flipped) return certificate
  // The builder decides what is critical: extensions are taken over as they are, and one turned round.
  const {
    cA,
    pathLenConstraint,
    serialNumber,
    issuer: by,
    subject,
    notBefore,
    notAfter,
    publicKey,
  } = { ...draft, ...said }
  const extensions = certificate.extensions
    .filter(({ oid }) => oid !== extensionOids.basicConstraints)
    .map((extension) => (extension.oid === flipped ? { ...extension, critical: !extension.critical } : extension))
  const authority = { ...(cA && { cA }), ...(pathLenConstraint !== undefined && { pathLenConstraint }) }
  const whole = { ...authority, serialNumber, issuer: by, subject, notBefore, notAfter, publicKey, extensions }
  return parseCertificate(await buildCertificate(whole, signer))
}
