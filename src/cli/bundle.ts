import { loadCertificates } from '../keys/index.js'
import { buildTrustBundle, loadTrustBundle, refreshTrustBundle, type TrustBundle, TrustError } from '../trust/index.js'
import { explain, type Step } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import { type Command, type Given, type Terminal, UsageError } from './command.js'
import { fileAt, inputOf } from './files.js'
import { identitiesOf, identityOptions } from './identity.js'
import { atOption, instantOrNow } from './judging.js'
import { onlineRetrieverOf, ownNetworkOption } from './network.js'
import { certificateJson, certificatePem, certificateText, json, timeText } from './text.js'

/** `bundle`: the anchors of a trust bundle, and whether it may be taken; or a new one. */
export const bundle: Command = {
  summary: 'lists a trust bundle of a file or of an https URL, and verifies it; or makes one',
  operands: '[FILE|URL]',
  options: {
    signer: { type: 'string', multiple: true, value: 'FILE', help: 'one of these certificates must have signed it' },
    ...atOption,
    ...ownNetworkOption,
    pem: { type: 'boolean', help: 'print the anchors, and nothing else' },
    make: { type: 'boolean', help: 'write a bundle (PKCS#7) of the certificates in FILE; signed with --identity' },
    ...identityOptions,
  },
  exitCodes: { 0: 'taken, or made', 1: 'not to be taken', 2: 'it could not be fetched: ask again later' },
  async run(given, terminal) {
    if (given.has('make')) {
      terminal.print(await made(given, terminal))
      return 0
    }
    const answer = await read(given, terminal)
    if (given.has('json')) terminal.print(json(asJson(answer)))
    else if (given.has('pem')) terminal.print((answer.bundle?.certificates ?? []).map(certificatePem).join(''))
    else terminal.print(asText(answer))
    if (answer.bundle) return 0
    return passing.has(answer.outcome) ? 2 : 1
  },
}

/** What came of a look at a bundle, which is there when it may be taken. */
interface Answer {
  /** A state of a look at a URL, or the code of an error. */
  readonly outcome: string
  readonly bundle?: TrustBundle
  readonly steps: readonly Step[]
}

const passing: ReadonlySet<string> = new Set(['download-failed', 'download-timeout'])

async function read(given: Given, terminal: Terminal): Promise<Answer> {
  const [at, signers] = [instantOrNow(given, terminal), signersOf(given)]
  const [url = ''] = given.operands
  try {
    return /^https?:/i.test(url)
      ? await fetched(url, signers, at, given, terminal)
      : await loaded(inputOf(given, terminal), signers, at)
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    return { outcome: error.code, steps: [{ code: error.code, outcome: 'failed', message: error.message }] }
  }
}

function signersOf(given: Given): readonly Certificate[] {
  const files = given.texts('signer')
  return files.length > 0 ? loadCertificates(files.map(fileAt)) : []
}

async function loaded(file: Uint8Array, signers: readonly Certificate[], at: number): Promise<Answer> {
  const asked = signers.length > 0 ? { signers } : { signatureUnchecked: true }
  const bundle = await loadTrustBundle(file, { ...asked, at })
  return { outcome: 'success', bundle, steps: bundle.steps }
}

async function fetched(
  url: string,
  signers: readonly Certificate[],
  at: number,
  given: Given,
  terminal: Terminal,
): Promise<Answer> {
  const retriever = onlineRetrieverOf(given, terminal)
  const { state, held, steps } = await refreshTrustBundle({ url, signers }, undefined, { retriever, at })
  return { outcome: state, steps, ...(held.bundle && { bundle: held.bundle }) }
}

async function made(given: Given, terminal: Terminal): Promise<Uint8Array> {
  const certificates = loadCertificates(inputOf(given, terminal))
  if (!given.has('identity')) return buildTrustBundle({ certificates })
  const [identity, ...others] = await identitiesOf(given, terminal)
  if (!identity?.signing || others.length > 0) throw new UsageError('a bundle is signed by one identity that may sign')
  return buildTrustBundle({ certificates, signer: identity.signing, signingTime: instantOrNow(given, terminal) })
}

function asText({ outcome, bundle, steps }: Answer): string {
  const trace = steps.length > 0 ? [explain({ code: outcome, steps }), ''] : []
  return [...trace, ...(bundle ? bundleLines(bundle) : [`not to be taken: ${outcome}`]), ''].join('\n')
}

function bundleLines({ kind, certificates, metadata, signer, signingTime, digest }: TrustBundle): readonly string[] {
  const [from, to] = [metadata?.validFrom, metadata?.validTo]
  return [
    `${kind} trust bundle with ${certificates.length} anchors, SHA-256 ${digest}`,
    ...(signer ? [`  signed by ${certificateText(signer)}`] : []),
    ...(signingTime === undefined ? [] : [`  signed at ${timeText(signingTime)}`]),
    ...(from === undefined ? [] : [`  valid from ${timeText(from)}`]),
    ...(to === undefined ? [] : [`  valid until ${timeText(to)}`]),
    ...certificates.map((certificate) => `  ${certificateText(certificate)}`),
  ]
}

function asJson({ outcome, bundle, steps }: Answer): object {
  if (!bundle) return { outcome, steps }
  const { kind, digest, metadata, signer, signingTime, certificates } = bundle
  return {
    outcome,
    kind,
    digest,
    ...(metadata && { metadata }),
    ...(signer && { signer: certificateJson(signer) }),
    ...(signingTime !== undefined && { signingTime: timeText(signingTime) }),
    certificates: certificates.map(certificateJson),
    steps,
  }
}
