import { HttpError, type Retrieval, type Retriever } from '../http/index.js'
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
  readonly certificates?: readonly Certificate[]
  readonly crls?: readonly CertificateList[]
  readonly ocspResponses?: readonly OcspResponse[]
  readonly step: Step
  /** True when nothing came, and another time something may. */
  readonly isTemporary: boolean
}

const reasons: Reasons<'fetched' | 'not-fetched' | 'fetched-unreadable'> = {
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
}

const { passed, failed, unknown } = stepsFrom(reasons)

const mebibyte = 1024 * 1024

/** How each kind is asked for, and read. */
const kinds: {
  readonly [Kind in Want['kind']]: {
    readonly ask: (want: Extract<Want, { readonly kind: Kind }>) => Omit<Retrieval, 'url' | 'signal'>
    readonly read: (bytes: Uint8Array) => Omit<Brought, 'step' | 'isTemporary'>
  }
} = {
  // One certificate in DER or PEM, or a PKCS#7 (AS-65).
  certificates: {
    ask: () => ({ maxBytes: mebibyte, keepMs: 3_600_000 }),
    read: (bytes) => ({ certificates: loadCertificates(bytes) }),
  },
  // A list that came is as good as its dates say; the server is asked again before that, for there may be a newer one.
  crl: {
    ask: () => ({ maxBytes: 64 * mebibyte, keepMs: 600_000, timeoutMs: 30_000 }),
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

/** Fetches what is wanted. That it does not come is an answer. @throws what the signal says when it is aborted. */
export async function retrieveWant(
  want: Want,
  retriever: Retriever,
  signal: AbortSignal | undefined,
): Promise<Brought> {
  const { url } = want
  const { ask, read } = kinds[want.kind] as (typeof kinds)['ocsp']
  try {
    const retrieval = { url, ...ask(want as Extract<Want, { readonly kind: 'ocsp' }>), ...(signal && { signal }) }
    const { bytes } = await retriever.retrieve(retrieval)
    return { ...read(bytes), step: passed('fetched', { url }), isTemporary: false }
  } catch (error) {
    if (error instanceof HttpError) {
      const { temporary: isTemporary } = error
      return { step: (isTemporary ? unknown : failed)('not-fetched', { url }), isTemporary }
    }
    const isUnreadable = error instanceof KeyError || error instanceof X509Error
    if (!isUnreadable) throw error
    return { step: failed('fetched-unreadable', { url }), isTemporary: false }
  }
}
