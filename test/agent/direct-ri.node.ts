import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Agent, createAgent, type Opened, type Policy } from '../../src/agent/index.js'
import { certificateList } from '../../src/discovery/index.js'
import { DirectError } from '../../src/errors/index.js'
import { type Identity, loadCertificates, loadIdentity, loadPkcs12 } from '../../src/keys/index.js'
import { parseAddresses, parseHeader } from '../../src/mime/index.js'
import { anchorOf, buildPath } from '../../src/path/index.js'
import { type CertificateUse, judgeCertificate, loadTrustBundle } from '../../src/trust/index.js'
import type { Step } from '../../src/verdict/index.js'
import { type Certificate, subjectNames } from '../../src/x509/index.js'
import { borrowed, borrowedFiles } from '../helpers/borrowed.node.js'
import { outcomeOf } from './world.js'

/** A file of the reference implementations, and what must come of it. */
export interface Row {
  readonly file: string
  readonly as: 'message' | 'draft' | 'identity' | 'certificate' | 'path' | 'bundle'
  /** Identities that are at hand: PKCS#12 files, or what a key and a certificate have in common in their names. */
  readonly with?: readonly string[]
  readonly anchors?: readonly string[]
  /** The identities in the envelope. Without them the header is asked. */
  readonly to?: readonly string[]
  /** What the certificate is judged for. Default: encryption. */
  readonly use?: 'signing'
  /** Default: a day on which all is valid that is not said to have expired. */
  readonly at?: string
  /** What comes of it under these policies; of a draft, for each of its recipients. */
  readonly direct: string | readonly string[]
  readonly legacy: string | readonly string[]
  /** A step that says why, under the first of them. */
  readonly because?: string
  /** Whose certificate names the author, and where the same text is in the open. */
  readonly author?: string
  readonly content?: string
  readonly protection?: string
  /** Identities in the envelope that do not get it. */
  readonly refused?: readonly string[]
  /** What became of the message that it reports on, and what is wrong with the report. */
  readonly reads?: readonly string[]
  readonly reason: string
  /** Where the reference implementations do otherwise. */
  readonly differs?: string
  /** What was expected at first, and why that was wrong. */
  readonly corrected?: string
}

export interface Answer {
  readonly outcome: string | readonly string[]
  readonly steps: readonly Step[]
}

export const folder = join(borrowed ?? '', 'direct-ri', 'files')
export const read = (file: string): Uint8Array => Uint8Array.from(readFileSync(join(folder, file)))

const instant = ({ at = '2026-11-23T12:00:00Z' }: Row) => Date.parse(at)
const isPkcs12 = (file: string) => /\.(p12|pfx|jks)$/.test(file)
const passwordOf = (file: string) => (file.endsWith('.pfx') ? 'passw0rd!' : '')

export async function certificatesIn(file: string): Promise<readonly Certificate[]> {
  if (!isPkcs12(file)) return loadCertificates(read(file))
  const { certificates } = await loadPkcs12(read(file), { password: passwordOf(file) })
  return certificates.map(({ certificate }) => certificate)
}

async function certificatesOf(files: readonly string[] = []): Promise<readonly Certificate[]> {
  return (await Promise.all(files.map(certificatesIn))).flat()
}

function identityIn(name: string): Promise<Identity> {
  if (isPkcs12(name)) return loadIdentity({ pkcs12: read(name), password: passwordOf(name) })
  return loadIdentity({ certificate: read(`${name}.crt.pem`), privateKey: read(`${name}.key.pem`) })
}

/** An address that the certificate names, or one in the domain that it names. */
export function addressIn(certificate: Certificate): string {
  const { rfc822Names, dNSNames, emailAddresses } = subjectNames(certificate)
  const name = [...rfc822Names, ...dNSNames, ...emailAddresses, 'direct.example'][0]!
  return name.includes('@') ? name : `anybody@${name}`
}

async function agentFor(row: Row, policy: Policy, discovery: readonly Certificate[] = []): Promise<Agent> {
  const identities = await Promise.all((row.with ?? []).map(identityIn))
  const trust = await certificatesOf(row.anchors)
  return createAgent({ identities, trust, discovery: certificateList(discovery), policy, clock: () => instant(row) })
}

export async function addressesOf(identities: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(identities.map(identityIn))
  return found.map(({ decryption }) => addressIn(decryption[0]!.certificate))
}

export async function open(row: Row, policy: Policy): Promise<Opened> {
  const envelope = row.to && { envelope: { rcptTo: await addressesOf(row.to) } }
  return (await agentFor(row, policy)).open(read(row.file), { ...envelope })
}

/** How each kind of file is put to use. */
export const runners: Readonly<Record<Row['as'], (row: Row, policy: Policy) => Promise<Answer>>> = {
  async message(row, policy) {
    const opened = await open(row, policy)
    const kind = opened.kind === 'rejected' || opened.kind === 'deferred' ? `${opened.kind} ` : ''
    return { outcome: kind + outcomeOf(opened), steps: opened.explanation.steps }
  },
  async draft(row, policy) {
    const directory = await certificatesOf(
      borrowedFiles('direct-ri', '.crt.pem', '.pfx').flatMap(({ name }) => (/^keys\//.test(name) ? [name] : [])),
    )
    const agent = await agentFor(row, policy, directory)
    const { header } = parseHeader(read(row.file))
    const recipients = ['To', 'Cc'].flatMap((name) => addressesIn(header.fields, name))
    return codeInstead(
      async () => {
        const { accepted, rejected } = await agent.seal(read(row.file))
        const outcome = recipients.map((address) => {
          if (accepted.some((other) => other.address === address)) return 'sealed'
          return rejected.find((other) => other.address === address)?.code ?? 'forgotten'
        })
        return { outcome, steps: rejected.flatMap(({ explanation }) => explanation.steps) }
      },
      (code) => [code],
    )
  },
  identity: ({ file }) =>
    codeInstead(async () => {
      const { signing, decryption } = await identityIn(file.replace(/\.key\.pem$/, ''))
      return { outcome: [...(signing ? ['signs'] : []), ...decryption.map(() => 'reads')].join(', '), steps: [] }
    }),
  async certificate(row, policy) {
    const certificates = await certificatesIn(row.file)
    const verdicts = await Promise.all(
      certificates.map(async (certificate) => {
        const use: CertificateUse = row.use ?? 'encryption'
        const question = { certificate, address: addressIn(certificate), use }
        return judgeCertificate(question, await evidenceFor(row), policy.trust)
      }),
    )
    const outcomes = new Set(verdicts.map((verdict) => verdict.explanation.code))
    return { outcome: [...outcomes].join(', '), steps: verdicts.flatMap(({ explanation }) => explanation.steps) }
  },
  async path(row, policy) {
    const [certificate] = await certificatesIn(row.file)
    const { explanation } = await buildPath(certificate!, await evidenceFor(row), policy.trust)
    return { outcome: explanation.code, steps: explanation.steps }
  },
  bundle: (row, { algorithms }) =>
    codeInstead(async () => {
      const signers = row.with && { signers: await certificatesOf(row.with) }
      const { certificates, steps } = await loadTrustBundle(read(row.file), { algorithms, ...signers })
      return { outcome: `anchors: ${certificates.length}`, steps }
    }),
}

async function evidenceFor(row: Row) {
  const anchors = (await certificatesOf(row.anchors)).map(anchorOf)
  return { crypto, at: instant(row), anchors, certificates: [] }
}

async function codeInstead(
  run: () => Promise<Answer>,
  outcomeFor: (code: string) => Answer['outcome'] = (code) => code,
): Promise<Answer> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof DirectError)) throw error
    return { outcome: outcomeFor(error.code), steps: [] }
  }
}

type Fields = ReturnType<typeof parseHeader>['header']['fields']

function addressesIn(fields: Fields, name: string): readonly string[] {
  const bodies = fields.filter((field) => field.name.toLowerCase() === name.toLowerCase()).map(({ body }) => body)
  return bodies.flatMap(parseAddresses).map(({ address }) => address)
}
