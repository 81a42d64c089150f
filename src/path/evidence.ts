import type { Bytes } from '../bytes/index.js'
import type { CryptoProvider } from '../crypto/index.js'
import type { Certificate, CertificateList, OcspResponse } from '../x509/index.js'
import type { PathCaches } from './caches.js'
import type { TrustAnchor } from './trust-anchor.js'

/** All that a verdict rests on; nothing else is asked. */
export interface Evidence {
  readonly crypto: CryptoProvider
  /** The instant that validity is judged at, in milliseconds since 1970. */
  readonly at: number
  readonly anchors: readonly TrustAnchor[]
  /** Certificates that may lie between: those of the message, those that were fetched. In any order, trusted by nobody. */
  readonly certificates: readonly Certificate[]
  /** In any order, trusted by nobody. */
  readonly crls?: readonly CertificateList[]
  readonly ocspResponses?: readonly OcspResponse[]
  /** When the lists and responses were gathered; later than `at` when an old message is judged anew. Default: `at`. */
  readonly gatheredAt?: number
  /** What was sent along in questions to OCSP responders. */
  readonly ocspNonce?: Uint8Array
  /** Keys of wants that were asked for and brought nothing: they are not wanted again. */
  readonly tried?: ReadonlySet<string>
  /** What was proved before. Default: nothing is remembered. */
  readonly caches?: PathCaches
}

/** Something that might turn a refusal into another answer, if somebody fetched it. `key` says which it is. */
export type Want =
  /** Certificates of an issuer (AS-65). */
  | { readonly kind: 'certificates'; readonly key: string; readonly url: string }
  | { readonly kind: 'crl'; readonly key: string; readonly url: string }
  /** The answer to a question that is to be sent by POST. */
  | { readonly kind: 'ocsp'; readonly key: string; readonly url: string; readonly request: Bytes }
