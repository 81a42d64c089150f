import { hostCrypto } from '../crypto/index.js'
import { decodePem, loadCertificates } from '../keys/index.js'
import { anchorOf } from '../path/index.js'
import { type CertificateUse, type CertificateVerdict, judgeWithRetrieval } from '../trust/index.js'
import { explain } from '../verdict/index.js'
import { type Certificate, type CertificateList, parseCertificateList, subjectNames } from '../x509/index.js'
import { type Command, type Given, UsageError } from './command.js'
import { fileAt, inputOf } from './files.js'
import { atOption, instantOrNow, policyOf, policyOption } from './judging.js'
import { fetchOptions, retrieverOf } from './network.js'
import { certificateJson, certificateText, json, pathJson, pathLines } from './text.js'
import { neededAnchorsOf, trustOption } from './trust.js'

/** `validate`: whether a certificate leads to an anchor, speaks for an address and was not revoked, and why. */
export const validate: Command = {
  summary: 'says whether a certificate may be used, with the whole path and the rule that fails',
  operands: '[FILE]',
  options: {
    ...trustOption,
    address: { type: 'string', value: 'ADDRESS', help: 'whom it is to speak for; else whom it names first' },
    use: { type: 'string', value: 'USE', help: 'signing or encryption; encryption by default' },
    crl: { type: 'string', multiple: true, value: 'FILE', help: 'a revocation list that is at hand (PEM or DER)' },
    ...atOption,
    ...policyOption,
    ...fetchOptions,
  },
  exitCodes: { 0: 'it may be used', 1: 'it may not', 2: 'its revocation is not known: ask again later' },
  async run(given, terminal) {
    const anchors = (await neededAnchorsOf(given)).map(anchorOf)
    const crls = given.texts('crl').flatMap((path) => listsIn(fileAt(path)))
    const [at, policy, use] = [instantOrNow(given, terminal), policyOf(given), useOf(given)]
    const { certificate, others } = pathIn(loadCertificates(inputOf(given, terminal)))
    const address = given.text('address') ?? firstNameOf(certificate)
    const gatheredAt = terminal.clock()
    const evidence = { crypto: hostCrypto(), at, gatheredAt, anchors, certificates: others, crls }
    const retriever = retrieverOf(given, terminal)
    const question = { certificate, address, use }
    const verdict = await judgeWithRetrieval(question, evidence, policy.trust, retriever ? { retriever } : {})
    terminal.print(given.has('json') ? json(asJson(certificate, verdict)) : asText(certificate, verdict))
    if (verdict.ok) return 0
    return verdict.code === 'revocation-unknown' || verdict.temporary ? 2 : 1
  },
}

/** The first that is no authority: a PKCS#7 has no order. */
function pathIn(certificates: readonly Certificate[]) {
  const certificate = certificates.find(({ basicConstraints }) => !basicConstraints?.cA) ?? certificates[0]!
  return { certificate, others: certificates.filter((other) => other !== certificate) }
}

/** Of a domain, anybody in it. */
function firstNameOf(certificate: Certificate): string {
  const { rfc822Names, emailAddresses, dNSNames } = subjectNames(certificate)
  const domain = dNSNames[0] === undefined ? undefined : `postmaster@${dNSNames[0]}`
  const name = rfc822Names[0] ?? domain ?? emailAddresses[0]
  if (name === undefined) throw new UsageError('the certificate names nobody: --address ADDRESS says whom it is for')
  return name
}

function useOf(given: Given): CertificateUse {
  const use = given.text('use') ?? 'encryption'
  if (use === 'signing' || use === 'encryption') return use
  throw new UsageError('--use wants signing or encryption')
}

function listsIn(file: Uint8Array): readonly CertificateList[] {
  const isPem = file[0] !== 0x30
  const lists = isPem ? decodePem(file).flatMap(({ label, bytes }) => (label === 'X509 CRL' ? [bytes] : [])) : [file]
  if (lists.length === 0) throw new UsageError('a file of --crl holds no revocation list')
  return lists.map(parseCertificateList)
}

function asText(certificate: Certificate, verdict: CertificateVerdict): string {
  const outcome = verdict.ok ? 'may be used' : `may not be used: ${verdict.code}`
  const path = verdict.ok ? pathLines(verdict) : []
  return [explain(verdict.explanation), '', certificateText(certificate), `  ${outcome}`, ...path, ''].join('\n')
}

function asJson(certificate: Certificate, verdict: CertificateVerdict): object {
  const { explanation } = verdict
  return {
    certificate: certificateJson(certificate),
    outcome: verdict.ok ? 'accepted' : verdict.code,
    ...(verdict.ok && pathJson(verdict)),
    explanation,
  }
}
