import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { der, fieldsOf, parseAsn1, readOctets, tags } from '../../src/asn1/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import {
  algorithmIdentifier,
  type CryptoError,
  createSigner,
  type DigestName,
  decryptWithPassword,
  encryptWithPassword,
  type PrivateKeyInfo,
  type PublicKeyInfo,
  parseAlgorithmIdentifier,
  parsePublicKeyInfo,
  publicKeyWeakness,
  type SignerOptions,
  signatureSchemeOf,
  verifySignature,
} from '../../src/crypto/index.js'
import { type PssParameters, pssAlgorithm } from '../../src/crypto/pss.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import { needs } from '../helpers/needs.node.js'
import { provider } from './fixtures.js'

const data = encodeUtf8('signed attributes')
const folder = mkdtempSync(join(tmpdir(), 'crypto-openssl-'))
const inFolder = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

function openssl(...options: readonly string[]): Buffer {
  return execFileSync('openssl', options, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
}

interface Keys {
  readonly file: string
  readonly privateKey: PrivateKeyInfo
  readonly publicKey: PublicKeyInfo
}

function generate(name: string, ...options: readonly string[]): Keys {
  openssl('genpkey', '-out', `${name}.pem`, '-algorithm', ...options)
  openssl('pkey', '-in', `${name}.pem`, '-pubout', '-out', `${name}.pub`)
  const spki = openssl('pkey', '-in', `${name}.pem`, '-pubout', '-outform', 'DER')
  // As it lies in the file: OpenSSL would write the parameters of such a key anew, and that is what is tried here.
  const privateKey = parsePrivateKey(readFileSync(inFolder(`${name}.pem`), 'utf8'))
  return { file: name, privateKey, publicKey: parsePublicKeyInfo(parseAsn1(Uint8Array.from(spki))) }
}

/** What `pkeyutl` is told of RSASSA-PSS. */
function pssOptions({ digest, maskDigest, saltLength }: PssParameters): readonly string[] {
  const named = (name: DigestName) => name.toLowerCase().replace('-', '')
  const pairs = [
    'rsa_padding_mode:pss',
    `digest:${named(digest)}`,
    `rsa_mgf1_md:${named(maskDigest)}`,
    `rsa_pss_saltlen:${saltLength}`,
  ]
  return pairs.flatMap((pair) => ['-pkeyopt', pair])
}

/** `pkeyutl` signs a digest, or for Ed25519 the data. */
function signedBy(key: Keys, digest: DigestName | undefined, options: readonly string[]): Uint8Array {
  writeFileSync(inFolder('data'), data)
  const prepared = digest ? ['-rawin', '-digest', digest.replace('SHA-', 'sha')] : ['-rawin']
  return Uint8Array.from(
    openssl('pkeyutl', '-sign', '-inkey', `${key.file}.pem`, '-in', 'data', ...prepared, ...options.filter(notDigest)),
  )
}

function verifiedBy(
  key: Keys,
  digest: DigestName | undefined,
  options: readonly string[],
  signature: Uint8Array,
): string {
  writeFileSync(inFolder('data'), data)
  writeFileSync(inFolder('signature'), signature)
  const prepared = digest ? ['-rawin', '-digest', digest.replace('SHA-', 'sha')] : ['-rawin']
  const files = ['-pubin', '-inkey', `${key.file}.pub`, '-in', 'data', '-sigfile', 'signature']
  return openssl('pkeyutl', '-verify', ...files, ...prepared, ...options.filter(notDigest)).toString()
}

/** The digest is named by an option of its own. */
function notDigest(option: string, index: number, all: readonly string[]): boolean {
  const isDigest = (value: string | undefined) => value?.startsWith('digest:') === true
  return !isDigest(option) && !isDigest(all[index + 1])
}

describe.skipIf(!needs('openssl'))('OpenSSL and we', () => {
  const rsa = generate('rsa', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048')
  const curves = ['P-256', 'P-384', 'P-521'].map((name) =>
    generate(name, 'EC', '-pkeyopt', `ec_paramgen_curve:${name}`),
  )
  const ed25519 = generate('ed25519', 'ED25519')

  describe('signatures, both ways', () => {
    const pss: readonly PssParameters[] = [
      { digest: 'SHA-256', maskDigest: 'SHA-256', saltLength: 32 },
      { digest: 'SHA-256', maskDigest: 'SHA-256', saltLength: 0 },
      { digest: 'SHA-512', maskDigest: 'SHA-512', saltLength: 190 },
      { digest: 'SHA-256', maskDigest: 'SHA-1', saltLength: 20 },
      { digest: 'SHA-1', maskDigest: 'SHA-512', saltLength: 11 },
    ]
    test.each(pss)(
      'RSASSA-PSS with $digest, masks with $maskDigest, $saltLength octets of salt',
      async (parameters) => {
        const signature = signedBy(rsa, parameters.digest, pssOptions(parameters))
        const scheme = signatureSchemeOf(pssAlgorithm(parameters))!
        expect(await verifySignature(provider, scheme, rsa.publicKey, signature, data)).toBe(true)
        expect(await verifySignature(provider, scheme, rsa.publicKey, signature, data.with(0, 1))).toBe(false)
        const longer = signatureSchemeOf(pssAlgorithm({ ...parameters, saltLength: parameters.saltLength + 1 }))!
        expect(await verifySignature(provider, longer, rsa.publicKey, signature, data)).toBe(false)
      },
    )

    const ours: readonly {
      comment: string
      key: Keys
      options?: SignerOptions
      digest?: DigestName
      pss?: PssParameters
    }[] = [
      { comment: 'RSASSA-PKCS1-v1_5', key: rsa, digest: 'SHA-256' },
      { comment: 'RSASSA-PSS', key: rsa, options: { scheme: 'RSASSA-PSS' }, digest: 'SHA-256', pss: pss[0]! },
      ...curves.map((key) => ({ comment: `ECDSA with ${key.file}`, key })),
      { comment: 'Ed25519', key: ed25519 },
    ]
    test.each(ours)('$comment', async ({ comment, key, options = {}, digest, pss: parameters }) => {
      const signer = createSigner(provider, key.privateKey, options)
      const named = comment.startsWith('ECDSA') ? signer.digest : digest
      const told = parameters ? pssOptions(parameters) : []
      expect(verifiedBy(key, named, told, await signer.sign(data))).toContain('Verified Successfully')
      const scheme = signatureSchemeOf(signer.signatureAlgorithm)!
      const signature = signedBy(key, named, told)
      expect(await verifySignature(provider, scheme, key.publicKey, signature, data)).toBe(true)
    })
  })

  test('keys for RSASSA-PSS alone, as OpenSSL makes them (RFC 4055)', async () => {
    const restricted = ['rsa_pss_keygen_md:sha384', 'rsa_pss_keygen_mgf1_md:sha384', 'rsa_pss_keygen_saltlen:30']
    const key = generate(
      'pss',
      'RSA-PSS',
      '-pkeyopt',
      'rsa_keygen_bits:2048',
      ...restricted.flatMap((o) => ['-pkeyopt', o]),
    )
    expect(key.publicKey.kind).toBe('RSASSA-PSS')
    expect(publicKeyWeakness(key.publicKey, { minRsaBits: 2048, maxRsaBits: 8192, curves: [] })).toBeUndefined()
    const parameters = { digest: 'SHA-384', maskDigest: 'SHA-384', saltLength: 48 } as const
    const signer = createSigner(provider, key.privateKey)
    expect(signer.signatureAlgorithm).toEqual(pssAlgorithm(parameters))
    expect(verifiedBy(key, 'SHA-384', pssOptions(parameters), await signer.sign(data))).toContain(
      'Verified Successfully',
    )
    const signature = signedBy(key, 'SHA-384', pssOptions(parameters))
    const scheme = signatureSchemeOf(pssAlgorithm(parameters))!
    expect(await verifySignature(provider, scheme, key.publicKey, signature, data)).toBe(true)
  })

  describe('what a password protects (PBES2)', () => {
    const password = 'a pass phrase'
    const schemes = [
      { comment: 'AES-256 and SHA-256', options: ['-v2', 'aes-256-cbc'] },
      { comment: 'AES-128 and SHA-1', options: ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA1'] },
      { comment: 'AES-192 and SHA-512', options: ['-v2', 'aes-192-cbc', '-v2prf', 'hmacWithSHA512'] },
      { comment: '3DES and SHA-384', options: ['-v2', 'des3', '-v2prf', 'hmacWithSHA384', '-iter', '5'] },
    ]
    test.each(schemes)('$comment, read', async ({ options }) => {
      const args = ['pkcs8', '-topk8', '-in', 'P-256.pem', '-outform', 'DER', '-passout', `pass:${password}`]
      const fields = fieldsOf(parseAsn1(Uint8Array.from(openssl(...args, ...options))))
      const algorithm = parseAlgorithmIdentifier(fields.next())
      const encrypted = readOctets(fields.next(tags.octetString))
      const plain = Uint8Array.from(openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'P-256.pem', '-outform', 'DER'))
      expect(await decryptWithPassword(provider, algorithm, password, encrypted)).toEqual(plain)
      const wrong: unknown = await decryptWithPassword(provider, algorithm, 'another', encrypted).catch(
        (error: CryptoError) => error.code,
      )
      // One in 256 wrong keys leaves what looks like padding.
      if (typeof wrong === 'string') expect(wrong).toBe('ERR_CRYPTO_DECRYPT')
      else expect(wrong).not.toEqual(plain)
    })

    const drafts = [
      { cipher: 'AES-256-CBC', digest: 'SHA-256' },
      { cipher: 'AES-128-CBC', digest: 'SHA-512' },
      { cipher: '3DES-CBC', digest: 'SHA-1' },
    ] as const
    test.each(drafts)('$cipher and $digest, written', async (draft) => {
      const { privateKey } = curves[0]!
      const sent = await encryptWithPassword(provider, password, privateKey.bytes, { ...draft, iterations: 1000 })
      const node = der.sequence(algorithmIdentifier(sent.algorithm), der.octetString(sent.encryptedData))
      writeFileSync(inFolder('encrypted.der'), der.encode(node))
      const read = openssl('pkey', '-inform', 'DER', '-in', 'encrypted.der', '-passin', `pass:${password}`, '-pubout')
      expect(read.toString()).toBe(readFileSync(inFolder('P-256.pub'), 'utf8'))
    })
  })
})
