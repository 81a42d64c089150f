import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { policies } from '../../src/agent/index.js'
import { decodeUtf8 } from '../../src/bytes/index.js'
import {
  contentTypes,
  decryptEnvelopedData,
  parseContentInfo,
  parseEnvelopedData,
  parseSignedData,
  type Recipient,
  verifySignedData,
} from '../../src/cms/index.js'
import { type AlgorithmPolicy, createPasswordDecrypter, keyAgreements } from '../../src/crypto/index.js'
import { DirectError } from '../../src/errors/index.js'
import { decodePem, loadIdentity } from '../../src/keys/index.js'
import { parseEntity } from '../../src/mime/index.js'
import { openLayers } from '../../src/smime/index.js'
import { borrowed } from '../helpers/borrowed.node.js'

/** Everything that this library can do: most of these messages are older than the policies. */
export const everything: AlgorithmPolicy = {
  ...policies.legacy.algorithms,
  minRsaBits: 512,
  keyAgreements: Object.values(keyAgreements).map(({ name }) => name),
}

export const read = (suite: string, file: string): Uint8Array =>
  Uint8Array.from(readFileSync(join(borrowed ?? '', suite, 'files', file)))

/** PEM as it is, DER as bytes. */
function keyFile(suite: string, file: string): Uint8Array | string {
  const bytes = read(suite, file)
  return bytes[0] === 0x30 ? bytes : decodeUtf8(bytes)
}

const pkcs12s = [
  ...['Alice', 'Alice-ec', 'Bob', 'Dave', 'Eve', 'Fran', 'Fran-ec'].map((name) => ({
    suite: 'thunderbird-smime',
    file: `smime/${name}.p12`,
    password: 'nss',
  })),
  { suite: 'nss-smime-interop', file: 'interop-openssl/Fran.p12', password: 'nss' },
  { suite: 'nss-smime-interop', file: 'interop-openssl/Fran-ec.p12', password: 'nss' },
  { suite: 'protected-headers-drafts', file: 'autocrypt/bob.p12', password: 'bob' },
  { suite: 'protected-headers-drafts', file: 'notmuch/smime/bob.p12', password: '' },
  {
    suite: 'covert-content-attacks',
    file: 'assets/secret-keys/manager@bigcorporation.pfx',
    password: 'test12345678',
  },
]

const pairs = [
  ['bouncycastle-smime-cms', 'smime/test/cert.pem', 'smime/test/key.pem'],
  ['bouncycastle-smime-cms', 'smime/test/smimeTKcert.pem', 'smime/test/smimeTKkey.pem'],
  ['bouncycastle-smime-cms', 'cms/test/ecdh/ecc.crt', 'cms/test/ecdh/ecc.key'],
  ['rfc4134-smime-examples', 'BobRSASignByCarl.cer', 'BobPrivRSAEncrypt.pri'],
  ['openssl-cms-data', 'smime-certs/smec3.pem', 'smime-certs/smec3.pem'],
] as const

/** Everybody whose key is at hand, and a password. */
export async function everybody(): Promise<readonly Recipient[]> {
  const identities = await Promise.all([
    ...pkcs12s.map(({ suite, file, password }) =>
      loadIdentity({ pkcs12: armoured(keyFile(suite, file)), password, use: 'decryption' }),
    ),
    ...pairs.map(([suite, certificate, privateKey]) =>
      loadIdentity({
        certificate: keyFile(suite, certificate),
        privateKey: keyFile(suite, privateKey),
        use: 'decryption',
      }),
    ),
  ])
  const password = { password: createPasswordDecrypter(crypto, 'abc') }
  return [...identities.flatMap(({ decryption }) => decryption), password]
}

function armoured(pkcs12: Uint8Array | string): Uint8Array {
  return typeof pkcs12 === 'string' ? decodePem(pkcs12)[0]!.bytes : pkcs12
}

export interface Answer {
  /** `ok`, or codes. */
  readonly says: string
  readonly content?: Uint8Array
}

/** What all layers of a message come to: their kinds from the outside in, or the codes of what went wrong. */
export async function openMessage(
  bytes: Uint8Array,
  recipients: readonly Recipient[],
  algorithms: AlgorithmPolicy,
): Promise<string> {
  const opened = await openLayers(parseEntity(bytes), recipients, { crypto, algorithms })
  if (opened.ok) return `ok: ${opened.layers.map(({ type }) => type).join(', ')}`
  const failed = opened.explanation.steps.filter(({ outcome }) => outcome === 'failed')
  const reasons = failed.flatMap(({ steps = [] }) => steps.filter(({ outcome }) => outcome === 'failed'))
  return [opened.code, ...reasons.map(({ code }) => code)].join(': ')
}

/** What a CMS structure comes to, each signer on its own. */
export async function openCms(
  bytes: Uint8Array,
  recipients: readonly Recipient[],
  algorithms: AlgorithmPolicy,
  detached?: Uint8Array,
): Promise<Answer> {
  try {
    const { contentType } = parseContentInfo(bytes)
    if (contentType === contentTypes.signedData) {
      const signedData = parseSignedData(bytes)
      const verdicts = await verifySignedData(signedData, detached, { crypto, algorithms })
      const says = verdicts.map((verdict) => (verdict.ok ? 'ok' : verdict.code)).join(', ') || 'nobody signed'
      const { eContent } = signedData.encapContentInfo
      return { says, ...(eContent && { content: eContent }) }
    }
    const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), recipients, { crypto, algorithms })
    return verdict.ok ? { says: 'ok', content: verdict.content } : { says: verdict.code }
  } catch (error) {
    if (error instanceof DirectError) return { says: error.code }
    throw error
  }
}
