/** This library among its peers: makes every row that it can, and opens every row under a policy. */

import {
  createAgent,
  type Opened,
  type Policy,
  policies,
  type ReceivedEvidence,
  type Sealed,
} from '../../src/agent/index.js'
import { decodeHex, decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import {
  buildCompressedData,
  buildEnvelopedData,
  buildSignedData,
  decompress,
  decryptEnvelopedData,
  parseCompressedData,
  parseEnvelopedData,
  parseSignedData,
  type Recipient,
  type RecipientDraft,
  verifySignedData,
} from '../../src/cms/index.js'
import {
  createDecrypter,
  createPasswordDecrypter,
  createSharedKeyDecrypter,
  createSigner,
  type DigestName,
  type KeyAgreementName,
  type KeyTransportName,
} from '../../src/crypto/index.js'
import { DirectError } from '../../src/errors/index.js'
import { loadCertificates, loadIdentity, parsePrivateKey } from '../../src/keys/index.js'
import { content, from, mailboxes, messageId, to as recipient, secrets } from './material.js'
import { bytesOf, cannot, type OpenJob, type Outcome } from './peer.js'
import {
  type Digest,
  type EnvelopedRow,
  type KeyFile,
  type KeyName,
  letter,
  type MessageRow,
  type NotificationRow,
  type Row,
  recipientKey,
  type SignedRow,
  type Wrap,
} from './rows.js'
import { expectedShape, shapeOf } from './shape.js'

/** Gives the text of a key file: from a folder, or out of a bundle in a browser. */
export type KeyFiles = (name: KeyName | 'ca', file: KeyFile) => string

/** A moment within the time that all certificates are valid. */
const at = Date.UTC(2027, 5, 1)

/** What this library makes of a row. */
export function makeOurs(row: Row, keys: KeyFiles): Promise<Outcome> {
  return unlessRefused(() => {
    if (row.kind === 'signed') return sign(row, keys)
    if (row.kind === 'enveloped') return encrypt(row, keys)
    if (row.kind === 'message') return send(row, keys)
    return row.kind === 'notification' ? acknowledge(row, keys) : compress()
  })
}

const compress = async (): Promise<Outcome> => ({ bytes: await buildCompressedData(content) })

/** What this library finds in a message; `says` is a code of its own. */
export function openOurs(job: OpenJob, keys: KeyFiles, policy: Policy): Promise<Outcome> {
  return unlessRefused(() => {
    if (job.row.kind === 'signed') return verify(job, policy)
    if (job.row.kind === 'enveloped') return decrypt(job, job.row, keys, policy)
    if (job.row.kind === 'message') return receive(job, job.row, keys, policy)
    return job.row.kind === 'notification' ? readNotification(job, job.row, keys, policy) : expand(job)
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
  const names: readonly KeyName[] = row.two ? [row.key, 'other'] : [row.key]
  const signer = names.map((name) => ({
    certificate: certificateOf(keys, name),
    chain: [certificateOf(keys, 'ca')],
    key: createSigner(crypto, privateKeyOf(keys, name), {
      digest: row.digest as DigestName,
      ...(row.scheme === 'PSS' && { scheme: 'RSASSA-PSS' }),
    }),
    ...identifiedBy(row),
  }))
  const form = row.opaque ? 'opaque' : 'detached'
  return { bytes: await buildSignedData({ content, signer, signingTime: at, form }, crypto) }
}

const identifiedBy = ({ keyIdentifier }: { readonly keyIdentifier?: true }) =>
  keyIdentifier && { identifiedBy: 'subjectKeyIdentifier' as const }

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
  const { cipher, to } = row
  if (row.ber) return cannot('always writes DER')
  if (to.type === 'oaep' && to.label) return cannot('never a label, save for a key that asks for one')
  if (to.type === 'oaep' && to.mask !== to.digest) return cannot('the same digest for both, save for a key that asks')
  const other = { certificate: certificateOf(keys, 'other'), keyTransport: 'RSAES-PKCS1-v1_5' as const }
  const recipients = [...(row.two ? [other] : []), recipientFor(row, keys)]
  return { bytes: await buildEnvelopedData({ content, cipher, recipients }, crypto) }
}

function recipientFor(row: EnvelopedRow, keys: KeyFiles): RecipientDraft {
  const { to } = row
  if (to.type === 'password') return { password: secrets.password }
  if (to.type === 'kek') return { ...sharedKeyOf(to), keyWrap: `${to.wrap}-KW` }
  const recipient = { certificate: certificateOf(keys, recipientKey(row)!), ...identifiedBy(row) }
  if (to.type === 'rsa') return { ...recipient, keyTransport: 'RSAES-PKCS1-v1_5' }
  if (to.type === 'oaep') return { ...recipient, keyTransport: `RSAES-OAEP-${to.digest}` as KeyTransportName }
  const kdf = to.kdf.toLowerCase().replace('-', '')
  const x25519 = to.type === 'x25519'
  const scheme = x25519 ? `stdDH-hkdf-${kdf}` : `${to.cofactor ? 'cofactorDH' : 'stdDH'}-${kdf}kdf`
  return {
    ...recipient,
    keyAgreement: `dhSinglePass-${scheme}` as KeyAgreementName,
    keyWrap: `${to.wrap}-KW`,
    ...(!x25519 && to.ukm && { ukm: encodeUtf8(to.ukm) }),
  }
}

const sharedKeyOf = ({ wrap }: { readonly wrap: Wrap }) => ({
  sharedKey: decodeHex(wrap === 'AES-128' ? secrets.kek['AES-128'] : secrets.kek['AES-256']),
  keyIdentifier: decodeHex(secrets.keyIdentifier),
})

async function decrypt(job: OpenJob, row: EnvelopedRow, keys: KeyFiles, { algorithms }: Policy): Promise<Outcome> {
  const enveloped = parseEnvelopedData(job.message)
  const verdict = await decryptEnvelopedData(enveloped, [ourselves(row, keys)], { crypto, algorithms })
  return verdict.ok ? { bytes: verdict.content } : { says: verdict.code }
}

function ourselves(row: EnvelopedRow, keys: KeyFiles): Recipient {
  const { to } = row
  if (to.type === 'password') return { password: createPasswordDecrypter(crypto, secrets.password) }
  if (to.type === 'kek') {
    const { sharedKey, keyIdentifier } = sharedKeyOf(to)
    return { keyIdentifier, key: createSharedKeyDecrypter(crypto, sharedKey) }
  }
  const name = recipientKey(row)!
  return { certificate: certificateOf(keys, name), key: createDecrypter(crypto, privateKeyOf(keys, name)) }
}

async function expand({ message }: OpenJob): Promise<Outcome> {
  const verdict = await decompress(parseCompressedData(message))
  return verdict.ok ? { bytes: verdict.content } : { says: verdict.code }
}

// --- whole messages ----------------------------------------------------------

async function agentOf(name: KeyName, keys: KeyFiles, policy?: Policy, digest?: Digest, to: KeyName = 'other') {
  const files = { certificate: keys(name, 'cert.pem'), privateKey: keys(name, 'key.pem') }
  return createAgent({
    identities: [await loadIdentity({ ...files, ...(digest && { digest: digest as DigestName }) })],
    trust: [certificateOf(keys, 'ca')],
    discovery: [certificateOf(keys, 'rsa'), certificateOf(keys, to)],
    clock: () => at,
    ...(policy && { policy }),
  })
}

/** What a row asks for, beside the default. */
function sendingOf({ cipher }: MessageRow | NotificationRow, wrap: boolean): Policy {
  const policy = policies.direct
  return { ...policy, wrap, sending: { ...policy.sending, cipher } }
}

async function send(row: MessageRow, keys: KeyFiles): Promise<Outcome> {
  const agent = await agentOf('rsa', keys, sendingOf(row, !row.unwrapped), row.digest, recipientKey(row))
  const rcptTo = recipientsOf(row)
  const header = `From: ${from}\r\nTo: ${rcptTo.join(', ')}\r\nSubject: Results\r\nMessage-ID: ${messageId}\r\nDate: Mon, 01 Jun 2026 09:30:00 +0000\r\nMIME-Version: 1.0\r\n`
  const sealed = await agent.seal(encodeUtf8(header + decodeUtf8(content)), {
    envelope: { mailFrom: from, rcptTo },
  })
  return firstOf(sealed)
}

const recipientsOf = ({ domain }: MessageRow): readonly string[] => (domain ? mailboxes : [recipient])

function firstOf({ messages: [message], rejected }: Pick<Sealed, 'messages' | 'rejected'>): Outcome {
  return message ? { bytes: message.raw } : { says: rejected.map(({ code }) => code).join(', ') }
}

async function receive({ message }: OpenJob, row: MessageRow, keys: KeyFiles, policy: Policy): Promise<Outcome> {
  const agent = await agentOf(recipientKey(row)!, keys, policy)
  const opened = await agent.open(message, { envelope: { mailFrom: from, rcptTo: recipientsOf(row) } })
  if (opened.kind !== 'message') return insteadOf(opened)
  if (!isSignedAs(row, opened.evidence)) return { says: 'signed with another digest' }
  const { raw, header } = opened.message
  const wrapped = header.protection !== 'none'
  return wrapped === !row.unwrapped ? { bytes: raw } : { says: wrapped ? 'is wrapped' : 'is not wrapped' }
}

/** The digest is inside what is encrypted: only who opens a message sees it. */
const isSignedAs = ({ digest }: MessageRow | NotificationRow, { signedData }: ReceivedEvidence) =>
  shapeOf(signedData, { ...plainlySigned, digest }) === expectedShape({ ...plainlySigned, digest })
const plainlySigned = { kind: 'signed', name: 'inside', key: 'rsa', scheme: 'v1.5' } as const

const insteadOf = (opened: Opened): Outcome => ({ says: 'code' in opened ? opened.code : opened.kind })

/** Opens the letter, as any agent does who answers it. */
async function acknowledge(row: NotificationRow, keys: KeyFiles): Promise<Outcome> {
  const agent = await agentOf('other', keys, sendingOf(row, true), row.digest)
  const received = bytesOf(await send(letter, keys))
  const opened = await agent.open(received, { envelope: { mailFrom: from, rcptTo: [recipient] } })
  return opened.kind === 'message' ? firstOf(await agent.acknowledge(opened.receipt, 'processed')) : insteadOf(opened)
}

async function readNotification(
  { message }: OpenJob,
  row: NotificationRow,
  keys: KeyFiles,
  policy: Policy,
): Promise<Outcome> {
  const agent = await agentOf('rsa', keys, policy)
  const opened = await agent.open(message, { envelope: { mailFrom: '', rcptTo: [from] } })
  if (opened.kind !== 'notification') return insteadOf(opened)
  if (!isSignedAs(row, opened.evidence)) return { says: 'signed with another digest' }
  const { notification, spokenFor } = opened
  if (notification.type !== 'disposition-notification') return { says: notification.type }
  const { disposition, originalMessageId } = notification
  return { bytes: encodeUtf8(`${spokenFor}: ${disposition?.dispositionType} ${originalMessageId}`) }
}
