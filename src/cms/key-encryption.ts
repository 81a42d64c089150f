import { Asn1Error, parseAsn1 } from '../asn1/index.js'
import {
  type AlgorithmPolicy,
  contentCipherOf,
  keyAgreementOf,
  keyTransportOf,
  keyWrapOf,
  parseAlgorithmIdentifier,
} from '../crypto/index.js'
import { unlessThrown } from '../errors/index.js'
import type { NamedKey } from './match-recipients.js'
import type { DecryptionProblem } from './reasons.js'

/** Which ways of encrypting a content key are accepted. */
export type KeyEncryptionPolicy = Pick<
  AlgorithmPolicy,
  'keyTransports' | 'keyAgreements' | 'keyWraps' | 'contentCiphers'
>

type Judge = (key: NamedKey, policy: KeyEncryptionPolicy) => DecryptionProblem | undefined

const judges: Readonly<Record<NamedKey['type'], Judge>> = {
  keyTrans({ keyEncryptionAlgorithm }, { keyTransports }) {
    const transport = keyTransportOf(keyEncryptionAlgorithm)
    return transport && keyTransports.includes(transport.name) ? undefined : 'key-transport-not-allowed'
  },
  keyAgree({ keyEncryptionAlgorithm, originator }, { keyAgreements, keyWraps }) {
    const known = keyAgreementOf(keyEncryptionAlgorithm)
    if (!known || !keyAgreements.includes(known.agreement.name)) return 'key-agreement-not-allowed'
    if (!keyWraps.includes(known.wrap.name)) return 'key-wrap-not-allowed'
    return originator ? undefined : 'originator-missing'
  },
  kek({ keyEncryptionAlgorithm }, { keyWraps }) {
    const wrap = keyWrapOf(keyEncryptionAlgorithm)
    return wrap && keyWraps.includes(wrap.name) ? undefined : 'key-wrap-not-allowed'
  },
  // id-alg-PWRI-KEK wraps with a cipher for content, which its parameters name (RFC 3211 §2.3).
  password({ keyEncryptionAlgorithm: { parameters } }, { contentCiphers }) {
    const inner = parameters && unlessThrown(Asn1Error, () => parseAlgorithmIdentifier(parseAsn1(parameters)))
    const cipher = inner && contentCipherOf(inner)
    return cipher && contentCiphers.includes(cipher.name) ? undefined : 'key-wrap-not-allowed'
  },
}

/** What of the way a content key is encrypted is unknown or not allowed: all of it stands openly in the message. */
export function keyEncryptionProblem(key: NamedKey, policy: KeyEncryptionPolicy): DecryptionProblem | undefined {
  return judges[key.type](key, policy)
}
