/** This library among its peers: makes every row that it can, and opens every row under a policy. */

import { createAgent, type Policy, policies } from '../../src/agent/index.js'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import {
  buildEnvelopedData,
  buildSignedData,
  decryptEnvelopedData,
  parseEnvelopedData,
  parseSignedData,
  verifySignedData,
} from '../../src/cms/index.js'
import {
  type ContentCipherName,
  contentCiphers,
  createDecrypter,
  createSigner,
  type DigestName,
  type KeyTransportName,
  keyTransports,
} from '../../src/crypto/index.js'
import { DirectError } from '../../src/errors/index.js'
import { loadCertificates, loadIdentity, parsePrivateKey } from '../../src/keys/index.js'
import { content, from, to as recipient } from './material.js'
import { cannot, type OpenJob, type Outcome } from './peer.js'
import {
  type EnvelopedRow,
  type KeyFile,
  type KeyName,
  type MessageRow,
  type Row,
  recipientKey,
  type SignedRow,
} from './rows.js'

/** Gives the text of a key file: from a folder, or out of a bundle in a browser. */
export type KeyFiles = (name: KeyName | 'ca', file: KeyFile) => string

/** A moment within the time that all certificates are valid. */
const at = Date.UTC(2027, 5, 1)

/** What this library makes of a row. */
export function makeOurs(row: Row, keys: KeyFiles): Promise<Outcome> {
  return unlessRefused(() => {
    if (row.kind === 'signed') return sign(row, keys)
    if (row.kind === 'enveloped') return encrypt(row, keys)
    return row.kind === 'message' ? send(row, keys) : Promise.resolve(cannot('no CompressedData'))
  })
}

/** What this library finds in a message; `says` is a code of its own. */
export function openOurs(job: OpenJob, keys: KeyFiles, policy: Policy): Promise<Outcome> {
  return unlessRefused(() => {
    if (job.row.kind === 'signed') return verify(job, policy)
    if (job.row.kind === 'enveloped') return decrypt(job, job.row, keys, policy)
    return job.row.kind === 'message' ? receive(job, keys, policy) : Promise.resolve(cannot('no CompressedData'))
  })
}

async function unlessRefused(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof DirectError) return { says: error.code }
    throw error
  }
}

const certificateOf = (keys: KeyFiles, name: KeyName | 'ca') => loadCertificates(keys(name, 'cert.pem'))[0]!
const privateKeyOf = (keys: KeyFiles, name: KeyName) => parsePrivateKey(keys(name, 'key.pem'))

// --- signed ------------------------------------------------------------------

async function sign(row: SignedRow, keys: KeyFiles): Promise<Outcome> {
  if (row.noAttributes) return cannot('always signs attributes')
  if (row.ber) return cannot('always writes DER')
  if (row.salt === 'zero' || row.salt === 'max') return cannot('always a salt as long as the digest')
  if (row.opaque || row.keyIdentifier || row.two) return cannot('no setting for it')
  const signer = {
    certificate: certificateOf(keys, row.key),
    chain: [certificateOf(keys, 'ca')],
    key: createSigner(crypto, privateKeyOf(keys, row.key), {
      digest: row.digest as DigestName,
      ...(row.scheme === 'PSS' && { scheme: 'RSASSA-PSS' }),
    }),
  }
  return { bytes: await buildSignedData({ content, signer, signingTime: at }, crypto) }
}

async function verify({ row, message, content }: OpenJob, { algorithms }: Policy): Promise<Outcome> {
  const signedData = parseSignedData(message)
  const { eContent } = signedData.encapContentInfo
  const detached = row.kind === 'signed' && row.opaque ? undefined : content
  const verdicts = await verifySignedData(signedData, detached, { crypto, algorithms })
  const refused = verdicts.find((verdict) => !verdict.ok)
  if (refused && !refused.ok) return { says: refused.code }
  return verdicts.length > 0 ? { bytes: eContent ?? content } : { says: 'no signer' }
}

// --- enveloped ---------------------------------------------------------------

async function encrypt(row: EnvelopedRow, keys: KeyFiles): Promise<Outcome> {
  const { cipher } = row
  if (row.ber) return cannot('always writes DER')
  if (row.keyIdentifier) return cannot('no setting for it')
  if (!(cipher in contentCiphers)) return cannot(`no ${cipher}`)
  if (row.to.type === 'oaep' && row.to.label) return cannot('never a label')
  if (row.to.type === 'oaep' && row.to.mask !== row.to.digest) return cannot('always the same digest for both')
  const keyTransport = keyTransportFor(row)
  if (!keyTransport) return cannot('no such recipients')
  const names: readonly KeyName[] = row.two ? ['other', recipientKey(row)!] : [recipientKey(row)!]
  const recipients = names.map((name) => ({ certificate: certificateOf(keys, name), keyTransport }))
  return { bytes: await buildEnvelopedData({ content, cipher: cipher as ContentCipherName, recipients }, crypto) }
}

function keyTransportFor({ to }: EnvelopedRow): KeyTransportName | undefined {
  if (to.type === 'rsa') return 'RSAES-PKCS1-v1_5'
  const name = to.type === 'oaep' ? `RSAES-OAEP-${to.digest}` : ''
  return name in keyTransports ? (name as KeyTransportName) : undefined
}

async function decrypt(job: OpenJob, row: EnvelopedRow, keys: KeyFiles, { algorithms }: Policy): Promise<Outcome> {
  const name = recipientKey(row)
  if (!name) return cannot('no such recipients')
  const key = createDecrypter(crypto, privateKeyOf(keys, name))
  const ours = { certificate: certificateOf(keys, name), key }
  const verdict = await decryptEnvelopedData(parseEnvelopedData(job.message), [ours], { crypto, algorithms })
  return verdict.ok ? { bytes: verdict.content } : { says: verdict.code }
}

// --- whole messages ----------------------------------------------------------

async function agentOf(name: KeyName, keys: KeyFiles, policy?: Policy, digest?: DigestName) {
  const files = { certificate: keys(name, 'cert.pem'), privateKey: keys(name, 'key.pem') }
  return createAgent({
    identities: [await loadIdentity({ ...files, ...(digest && { digest }) })],
    trust: [certificateOf(keys, 'ca')],
    discovery: [certificateOf(keys, 'rsa'), certificateOf(keys, 'other')],
    clock: () => at,
    ...(policy && { policy }),
  })
}

async function send({ cipher, digest }: MessageRow, keys: KeyFiles): Promise<Outcome> {
  const policy = policies.direct
  const sending = { ...policy.sending, cipher: cipher as ContentCipherName }
  const agent = await agentOf('rsa', keys, { ...policy, sending }, digest as DigestName)
  const header = `From: ${from}\r\nTo: ${recipient}\r\nSubject: Results\r\nMessage-ID: <2@peers.example>\r\nDate: Mon, 01 Jun 2026 09:30:00 +0000\r\nMIME-Version: 1.0\r\n`
  const sealed = await agent.seal(encodeUtf8(header + decodeUtf8(content)), {
    envelope: { mailFrom: from, rcptTo: [recipient] },
  })
  const [message] = sealed.messages
  return message ? { bytes: message.raw } : { says: sealed.rejected.map(({ code }) => code).join(', ') }
}

async function receive({ message }: OpenJob, keys: KeyFiles, policy: Policy): Promise<Outcome> {
  const agent = await agentOf('other', keys, policy)
  const opened = await agent.open(message, { envelope: { mailFrom: from, rcptTo: [recipient] } })
  if (opened.kind === 'message') return { bytes: opened.message.raw }
  return { says: 'code' in opened ? opened.code : opened.kind }
}
