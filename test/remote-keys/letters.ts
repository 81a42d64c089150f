import { type Agent, createAgent, policies } from '../../src/agent/index.js'
import { concat, decodeBase64, decodeUtf8, encodeBase64Lines, encodeUtf8, indexOf } from '../../src/bytes/index.js'
import type { Decrypter, KeyTransportName, PublicKeyInfo, Signer } from '../../src/crypto/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { ann, bob, words, world } from '../agent/world.js'
import { issueMailbox, now } from '../helpers/issue.js'

/** A key of Bob, who reads and signs with keys that lie elsewhere. */
interface KeyOfBob<Key> {
  readonly publicKey: PublicKeyInfo
  readonly key: Key
}

/** Bob with his keys, and Ann, whose key lies in memory; each trusts the authority of the other. */
export interface Correspondence {
  readonly clinic: Agent
  readonly hospital: Agent
  readonly clinicCa: Certificate
  readonly hospitalCa: Certificate
  /** That of Bob's key for decryption. */
  readonly certificate: Certificate
  /** What Ann seals for Bob. */
  letter(keyTransport: KeyTransportName): Promise<Uint8Array>
}

export async function correspondence(
  decryption: KeyOfBob<Decrypter>,
  signing?: KeyOfBob<Signer>,
): Promise<Correspondence> {
  const { ann: annie, clinicCa, hospitalCa } = await world()
  const issued = async <Key>({ publicKey, key }: KeyOfBob<Key>) => {
    const use = publicKey.kind === 'EC' ? 'keyAgreement' : 'keyEncipherment'
    const draft = { publicKey: publicKey.bytes, keyUsage: ['digitalSignature', use] } as const
    return { certificate: await issueMailbox(bob, { cn: bob, by: 'Hospital CA', ...draft }), chain: [], key }
  }
  const reads = await issued(decryption)
  const identity = { decryption: [reads], ...(signing && { signing: await issued(signing) }) }
  const { certificate } = reads
  const both = { discovery: [annie.certificate, certificate], clock: () => now }
  const clinic = createAgent({ ...both, identities: [annie.identity], trust: [hospitalCa] })
  const hospital = createAgent({ ...both, identities: [identity], trust: [clinicCa] })
  return {
    clinic,
    hospital,
    clinicCa,
    hospitalCa,
    certificate,
    async letter(keyTransport) {
      const policy = { ...policies.direct, sending: { ...policies.direct.sending, keyTransport } }
      const { messages } = await clinic.seal({ from: ann, to: bob, ...words }, { policy })
      return messages[0]!.raw
    },
  }
}

/** An OCTET STRING of 256 octets: in a sealed letter the first is the encrypted key of an RSA key of 2048 bits. */
const keyHeader = Uint8Array.of(0x04, 0x82, 0x01, 0x00)

/** A letter with another encrypted key; what is changed in the content comes on top. */
export function withEncryptedKey(
  raw: Uint8Array,
  change: (encryptedKey: Uint8Array) => Uint8Array,
  changeContent: (content: Uint8Array) => Uint8Array = (content) => content,
): Uint8Array {
  const bodyAt = indexOf(raw, encodeUtf8('\r\n\r\n')) + 4
  const enveloped = decodeBase64(decodeUtf8(raw.subarray(bodyAt)).replace(/\s/g, ''))
  const keyAt = indexOf(enveloped, keyHeader) + keyHeader.length
  const key = change(enveloped.subarray(keyAt, keyAt + 256))
  const changed = concat([enveloped.subarray(0, keyAt), key, changeContent(enveloped.subarray(keyAt + 256))])
  return encodeBase64Lines(changed, raw.subarray(0, bodyAt))
}

/** The same octets with one bit changed; the position counts from the end when it is negative. */
export function bitFlipped(octets: Uint8Array, position: number): Uint8Array {
  const changed = Uint8Array.from(octets)
  changed[position < 0 ? octets.length + position : position]! ^= 1
  return changed
}
