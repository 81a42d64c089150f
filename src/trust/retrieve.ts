import { HttpError, type HttpErrorCode, type Retrieval, type Retriever } from '../http/index.js'
import { decodePem, KeyError, loadCertificates } from '../keys/index.js'
import type { Want } from '../path/index.js'
import { type Reasons, type Step, stepsFrom } from '../verdict/index.js'
import {
  type Certificate,
  type CertificateList,
  type OcspResponse,
  parseCertificateList,
  parseOcspResponse,
  X509Error,
} from '../x509/index.js'

/** What a want brought: evidence, or nothing. */
export interface Brought {
  /** Of the want. */
  readonly key: string
  /** True for what was kept from before: the server may have something newer by now. */
  readonly isOld: boolean
  readonly certificates?: readonly Certificate[]
  readonly crls?: readonly CertificateList[]
  readonly ocspResponses?: readonly OcspResponse[]
  readonly step: Step
  /** True when nothing came, and another time something may. */
  readonly isTemporary: boolean
}

type FetchReason =
  | 'url-refused'
  | 'address-refused'
  | 'server-unreachable'
  | 'server-silent'
  | 'server-refuses'
  | 'redirect-refused'
  | 'answer-too-large'
  | 'answer-compressed'

const reasons: Reasons<'fetched' | 'not-fetched' | 'fetched-unreadable' | FetchReason> = {
  fetched: { message: 'What the certificate points to was fetched.', standard: 'AS-65, AS-67' },
  'not-fetched': {
    message: 'What the certificate points to could not be fetched.',
    remedy:
      'Try again later; if it stays so, the server of the certification authority fails, or cannot be reached from here.',
    standard: 'AS-65, AS-67',
  },
  'fetched-unreadable': {
    message: 'What the certificate points to is not what it should be.',
    remedy: 'Tell the certification authority.',
    standard: 'AS-65, AS-67',
  },
  'url-refused': { message: 'It is no URL of http or https, or holds a name or a password.', standard: 'AS-66' },
  'address-refused': {
    message: 'The server lies at an address that strangers may not have us ask, such as one of the own network.',
    remedy: 'If that server is meant, let it through (the option allow of nodePorts).',
    standard: 'AS-66',
  },
  'server-unreachable': { message: 'The server cannot be reached.', remedy: 'Try again later.' },
  'server-silent': { message: 'The server did not answer in time.', remedy: 'Try again later.', standard: 'AS-66' },
  'server-refuses': { message: 'The server says that it does not have it, or not now.' },
  'redirect-refused': { message: 'The server redirects too often, or to nowhere.', standard: 'AS-66' },
  'answer-too-large': { message: 'It is larger than is read.', standard: 'AS-66' },
  'answer-compressed': { message: 'It is compressed, which nobody asked for.', standard: 'AS-66' },
}

const { passed, failed, unknown } = stepsFrom(reasons)

const reasonOf: Readonly<Record<HttpErrorCode, FetchReason>> = {
  ERR_HTTP_URL: 'url-refused',
  ERR_HTTP_ADDRESS: 'address-refused',
  ERR_HTTP_NETWORK: 'server-unreachable',
  ERR_HTTP_TIMEOUT: 'server-silent',
  ERR_HTTP_STATUS: 'server-refuses',
  ERR_HTTP_REDIRECT: 'redirect-refused',
  ERR_HTTP_TOO_LARGE: 'answer-too-large',
  ERR_HTTP_ENCODING: 'answer-compressed',
}

const mebibyte = 1024 * 1024

/** How each kind is asked for, and read. */
const kinds: {
  readonly [Kind in Want['kind']]: {
    readonly ask: (
      want: Extract<Want, { readonly kind: Kind }>,
    ) => Omit<Retrieval, 'url' | 'timeoutMs' | 'reload' | 'signal'>
    readonly read: (bytes: Uint8Array) => Pick<Brought, 'certificates' | 'crls' | 'ocspResponses'>
  }
} = {
  // One certificate in DER or PEM, or a PKCS#7 (AS-65).
  certificates: {
    ask: () => ({ maxBytes: mebibyte, keepMs: 3_600_000 }),
    read: (bytes) => ({ certificates: loadCertificates(bytes) }),
  },
  // A list that came is as good as its dates say; the server is asked again before that, for there may be a newer one.
  crl: {
    ask: () => ({ maxBytes: 64 * mebibyte, keepMs: 600_000 }),
    read: (bytes) => ({ crls: [list(bytes)] }),
  },
  ocsp: {
    ask: ({ request }) => ({
      method: 'POST',
      body: request,
      headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
      maxBytes: mebibyte / 4,
      keepMs: 300_000,
    }),
    read: (bytes) => ({ ocspResponses: [parseOcspResponse(bytes)] }),
  },
}

/** A list may be large, and the retriever hands out the same octets again: it is read once. */
const lists = new WeakMap<Uint8Array, CertificateList>()

function list(bytes: Uint8Array): CertificateList {
  const known = lists.get(bytes)
  if (known) return known
  const der = bytes[0] === 0x30 ? bytes : (decodePem(bytes).find(({ label }) => label === 'X509 CRL')?.bytes ?? bytes)
  const read = parseCertificateList(der)
  lists.set(bytes, read)
  return read
}

/** Fetches what is wanted. That it does not come, or not in time, is an answer. */
export async function retrieveWant(
  want: Want,
  retriever: Retriever,
  how: { readonly reload: boolean; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Brought> {
  const { key, url } = want
  const { ask, read } = kinds[want.kind] as (typeof kinds)['ocsp']
  const nothing = (step: Step, isTemporary: boolean) => ({ key, isOld: false, step, isTemporary })
  let isKept = false
  try {
    const retrieved = await retriever.retrieve({ url, ...ask(want as Extract<Want, { kind: 'ocsp' }>), ...how })
    isKept = retrieved.kept
    // Authorities seldom change their certificates, and the one that is wanted may be another.
    const isOld = isKept && want.kind !== 'certificates'
    return { ...read(retrieved.bytes), key, isOld, step: passed('fetched', { url }), isTemporary: false }
  } catch (error) {
    if (error instanceof HttpError) {
      const { temporary } = error
      const said = temporary ? unknown : failed
      return nothing(said('not-fetched', { url }, [said(reasonOf[error.code])]), temporary)
    }
    // What did not come when the time is over is missing for now.
    if (how.signal.aborted) return nothing(unknown('not-fetched', { url }, [unknown('server-silent')]), true)
    if (!(error instanceof KeyError || error instanceof X509Error)) throw error
    // The server has answered. What was kept is not believed for that: it is asked again.
    return { ...nothing(failed('fetched-unreadable', { url }), false), isOld: isKept }
  }
}
