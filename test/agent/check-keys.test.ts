import { beforeAll, describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import {
  CryptoError,
  type CryptoProvider,
  createRemoteDecrypter,
  createRemoteSigner,
  type Decrypter,
  type KeyTransportName,
  type Signer,
} from '../../src/crypto/index.js'
import { loadIdentity } from '../../src/keys/index.js'
import { issueMailbox } from '../helpers/issue.js'
import { away, found, openingOf, type Setup, signingOf, testEach } from './check-world.js'
import { ann, day, now, type Party, person, world } from './world.js'

let party: Party
let stranger: Party

beforeAll(async () => {
  ;({ ann: party, bob: stranger } = await world())
})

describe('keys', () => {
  const signer = (of: Party, sign: (data: Uint8Array) => Promise<Uint8Array>) =>
    createRemoteSigner(crypto, {
      publicKey: of.certificate.publicKey,
      signatures: { 'RSASSA-PKCS1-v1_5': 'RS256' },
      sign: (data) => sign(data),
    })

  const opener = (of: Party, transports: readonly ('RSAES-PKCS1-v1_5' | 'RSAES-OAEP-SHA-256')[]) =>
    createRemoteDecrypter(crypto, {
      publicKey: of.certificate.publicKey,
      transports: Object.fromEntries(transports.map((name) => [name, name])),
      decrypt: (request) => openingOf(of).key.decryptKey(request),
    })

  const unknownKind = new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'the provider has no such keys')

  const withSigner = (key: Signer): Setup => ({
    identities: [{ ...party.identity, signing: { ...signingOf(party), key } }],
  })
  const withOpener = (key: Decrypter): Setup => ({
    identities: [{ ...party.identity, decryption: [{ ...openingOf(party), key }] }],
  })

  testEach([
    {
      comment: 'one that signs for somebody else',
      fault: () => withSigner(signingOf(stranger).key),
      says: { problems: ['wrong-key'] },
      twin: () => withSigner(signingOf(party).key),
    },
    {
      comment: 'a service that signs with the key of somebody else',
      fault: () => withSigner(signer(party, (data) => signingOf(stranger).key.sign(data))),
      says: { problems: ['wrong-key'] },
      twin: () => withSigner(signer(party, (data) => signingOf(party).key.sign(data))),
    },
    {
      comment: 'a service for signing that is down',
      fault: () => withSigner(signer(party, away)),
      says: { unknown: ['key-not-reached'] },
    },
    {
      comment: 'a signer of a kind that its provider does not know',
      fault: () => withSigner({ ...signingOf(party).key, sign: () => Promise.reject(unknownKind) }),
      says: { problems: ['key-not-usable'] },
    },
    {
      comment: 'one that opens what is for somebody else',
      fault: () => withOpener(openingOf(stranger).key),
      says: { problems: ['wrong-key'] },
      twin: () => withOpener(openingOf(party).key),
    },
    {
      comment: 'a service for opening that is down',
      fault: () => withOpener({ decryptKey: away }),
      says: { unknown: ['key-not-reached'] },
    },
    {
      comment: 'a service that does not do what peers encrypt with',
      fault: () => withOpener(opener(party, ['RSAES-OAEP-SHA-256'])),
      says: { problems: ['key-not-usable'] },
      twin: () => withOpener(opener(party, ['RSAES-OAEP-SHA-256', 'RSAES-PKCS1-v1_5'])),
    },
    {
      comment: 'one that is too short',
      fault: async () => {
        const short = await person(ann, 'Clinic CA', { cn: 'ann short', bits: 1024 })
        return { identities: [short.identity], discovery: [short.certificate] }
      },
      says: { problems: ['key-not-usable', 'own-certificate-not-usable', 'published-not-usable'] },
      twin: async () => {
        const short = await person(ann, 'Clinic CA', { cn: 'ann short', bits: 1024 })
        return { identities: [short.identity], discovery: [short.certificate], policy: policies.legacy }
      },
    },
    {
      comment: 'one that is too short for what peers are asked to encrypt with',
      fault: () => encryptedWith('RSAES-OAEP-SHA-512'),
      says: { problems: ['key-not-usable'] },
      twin: () => encryptedWith('RSAES-OAEP-SHA-1'),
    },
    {
      comment: 'a wrong one, with which a padding looks right by chance',
      fault: () => ({ crypto: decryptingTo(new Uint8Array(32)) }),
      says: { problems: ['wrong-key'] },
      twin: () => ({ crypto: decryptingTo(undefined) }),
    },
  ])

  async function encryptedWith(keyTransport: KeyTransportName): Promise<Setup> {
    const short = await person(ann, 'Clinic CA', { cn: 'ann short', bits: 1024 })
    const policy = { ...policies.legacy, sending: { ...policies.legacy.sending, keyTransport } }
    return { identities: [short.identity], discovery: [short.certificate], policy }
  }

  /** A provider that finds this content in whatever is decrypted; or, without it, what is there. */
  function decryptingTo(content: Uint8Array<ArrayBuffer> | undefined): CryptoProvider {
    const subtle = new Proxy(crypto.subtle, {
      get(target, name: keyof SubtleCrypto) {
        if (name === 'decrypt' && content) return async () => content.buffer
        return target[name].bind(target)
      },
    })
    return { subtle, getRandomValues: (array) => crypto.getRandomValues(array) }
  }

  test('an old key that is wrong is told, though its certificate has expired', async () => {
    const old = await person(ann, 'Clinic CA', { cn: 'ann before', notAfter: now - day })
    const held = (key: Party) => ({
      identities: [
        { ...party.identity, decryption: [openingOf(party), { ...openingOf(old), key: openingOf(key).key }] },
      ],
    })
    expect(await found(held(stranger))).toEqual({ problems: ['wrong-key'] })
    expect(await found(held(old))).toEqual({})
  })
})

describe('kinds of keys', () => {
  const kinds = [
    { kind: 'P-256', algorithm: { name: 'ECDSA', namedCurve: 'P-256' }, use: ['sign', 'verify'] },
    { kind: 'P-384', algorithm: { name: 'ECDSA', namedCurve: 'P-384' }, use: ['sign', 'verify'] },
    { kind: 'Ed25519', algorithm: { name: 'Ed25519' }, use: ['sign', 'verify'] },
    { kind: 'X25519', algorithm: { name: 'X25519' }, use: ['deriveBits'] },
  ] as const

  /** A party with one key of a curve, which does whatever such a key can. */
  async function curveParty({ kind, algorithm, use }: (typeof kinds)[number]): Promise<Party> {
    const pair = (await crypto.subtle.generateKey(algorithm, true, use)) as CryptoKeyPair
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
    const privateKey = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
    const keyUsage = ['digitalSignature', 'keyAgreement'] as const
    const certificate = await issueMailbox(ann, { cn: `ann ${kind}`, by: 'Clinic CA', publicKey, keyUsage })
    return { address: ann, certificate, identity: await loadIdentity({ certificate: certificate.bytes, privateKey }) }
  }

  const separate = async (signs: Party, opens: Party): Promise<Setup> => ({
    identities: [{ signing: signingOf(signs), decryption: [openingOf(opens)] }],
    discovery: [opens.certificate],
  })

  test.each([
    { signs: 'P-256', opens: 'P-384' },
    { signs: 'P-384', opens: 'P-256' },
    { signs: 'Ed25519', opens: 'X25519' },
  ])('$signs signs and $opens opens; swapped with those of another, they are wrong', async ({ signs, opens }) => {
    const kindOf = (name: string) => kinds.find(({ kind }) => kind === name)!
    const [signer, opener] = [await curveParty(kindOf(signs)), await curveParty(kindOf(opens))]
    expect(await found(await separate(signer, opener))).toEqual({})
    const [otherSigner, otherOpener] = [await curveParty(kindOf(signs)), await curveParty(kindOf(opens))]
    const swapped = {
      signing: { ...signingOf(signer), key: signingOf(otherSigner).key },
      decryption: [{ ...openingOf(opener), key: openingOf(otherOpener).key }],
    }
    expect(await found({ identities: [swapped], discovery: [opener.certificate] })).toEqual({
      problems: ['wrong-key', 'wrong-key'],
    })
  })

  test('one that encrypts nothing, in a store that gives it out to open mail', async () => {
    const signer = await curveParty(kinds[2])
    const decryption = [openingOf(party), { ...openingOf(party), certificate: signer.certificate }]
    expect(await found({ identities: [{ signing: signingOf(party), decryption }] })).toEqual({
      problems: ['key-not-usable', 'own-certificate-not-usable'],
    })
  })

  test('a curve that the policy does not have', async () => {
    const party = await curveParty(kinds[0])
    const setup = await separate(party, party)
    const policy = policies['direct-1.2']
    expect((await found({ ...setup, policy })).problems).toContain('key-not-usable')
    expect(await found(setup)).toEqual({})
  })
})
