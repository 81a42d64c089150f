import type { CmsStructure } from './cms-structure.js'
import type { Command } from './command.js'
import { inputOf } from './files.js'
import { isDamaged, type PartStructure, structureOf } from './part-structure.js'
import { json, printable } from './text.js'

/** `inspect`: the tree of a message and its layers of CMS, without a key and without what it says. */
export const inspect: Command = {
  summary: 'shows what a message or CMS is made of, without a key and without its content',
  operands: '[FILE]',
  options: {},
  exitCodes: { 0: 'shown', 1: 'shown, and something in it is damaged' },
  async run(given, terminal) {
    const structure = await structureOf(inputOf(given, terminal))
    const lines = () => partLines(structure).map((line) => `${printable(line)}\n`)
    terminal.print(given.has('json') ? json(structure) : lines().join(''))
    return isDamaged(structure) ? 1 : 0
  },
}

function partLines({ type, transferEncoding, octets, defects, cms, parts }: PartStructure): readonly string[] {
  const what = [type, transferEncoding, `${octets} octets`].filter((fact) => fact !== undefined)
  return [
    what.join(', '),
    ...indented([
      ...defects.map((defect) => `damaged: ${defect}`),
      ...(cms ? cmsLines(cms) : []),
      ...parts.flatMap(partLines),
    ]),
  ]
}

function cmsLines(cms: CmsStructure): readonly string[] {
  if (cms.type === 'compressedData') return [cms.type]
  if (cms.type === 'other') return [`CMS of the type ${cms.contentType}`]
  if (cms.type === 'unreadable') return [`damaged: ${cms.problem}`]
  const certificates = cms.certificates.map(({ subject, issuer, serialNumber, notAfter, names }) =>
    facts(`certificate of ${subject}`, `issued by ${issuer}`, `serial ${serialNumber}`, `until ${notAfter}`, ...names),
  )
  if (cms.type !== 'signedData') {
    const recipients = cms.recipients.map((each) => facts(`for ${nameOf(each)}`, each.type, each.algorithm))
    return [facts(cms.type, cms.cipher), ...indented([...recipients, ...certificates])]
  }
  const { detached, signers, unreadableCertificates, crls, ocspResponses } = cms
  const counts = Object.entries({ unreadableCertificates, crls, ocspResponses }).filter(([, count]) => count > 0)
  return [
    facts(cms.type, signers.length === 0 ? 'not signed' : detached ? 'detached' : 'opaque'),
    ...indented([
      ...signers.map((each) => facts(`signed by ${nameOf(each)}`, each.digest, each.signature, each.signingTime)),
      ...certificates,
      ...counts.map(([name, count]) => `${name}: ${count}`),
    ]),
  ]
}

function nameOf(named: { readonly issuer?: string; readonly serialNumber?: string; readonly keyIdentifier?: string }) {
  const { issuer, serialNumber, keyIdentifier } = named
  if (issuer !== undefined) return `serial ${serialNumber} of ${issuer}`
  return keyIdentifier === undefined ? 'somebody without a name' : `the key ${keyIdentifier}`
}

function facts(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join(', ')
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
