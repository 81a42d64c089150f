import { policies } from '../../src/agent/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import type { Recipient, SignerDraft } from '../../src/cms/index.js'
import { createDecrypter, type DigestName } from '../../src/crypto/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issueMailbox, keyPair, now } from '../helpers/issue.js'

export const ann: Certificate = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Clinic CA' })
const bob: Certificate = await issueMailbox('bob@hospital.example', { cn: 'Bob', by: 'Hospital CA' })

export const ports = { crypto, at: now, algorithms: policies.direct.algorithms }

/** What opens mail to Bob. */
export const bobs: Extract<Recipient, { readonly certificate: Certificate }> = {
  certificate: bob,
  key: createDecrypter(crypto, parsePrivateKey((await keyPair('Bob')).pkcs8)),
}

/** Ann, or Bob, with a digest. */
export async function signerOf(name: 'Ann' | 'Bob', digest?: DigestName): Promise<SignerDraft> {
  return { certificate: name === 'Ann' ? ann : bob, chain: [], key: (await keyPair(name)).signer(digest) }
}

export const toBob = {
  cipher: 'AES-256-CBC',
  recipients: [{ certificate: bob, keyTransport: 'RSAES-PKCS1-v1_5' }],
} as const

export const letter: Uint8Array = encodeUtf8(
  'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n',
)
