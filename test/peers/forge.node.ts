import forge from 'node-forge'
import { pemOf } from './keys.node.js'
import { cannot, each, type OpenJob, type Outcome, type Peer } from './peer.js'
import { type EnvelopedRow, type KeyName, recipientKey, type SignedRow } from './rows.js'
import { installedVersion } from './run.node.js'

/** node-forge, whose cryptography is its own as well. */
export const forgePeer: Peer = {
  name: 'node-forge',
  through: 'the npm package',
  install: '`npm ci`',
  kinds: ['signed', 'enveloped'],
  version: async () => installedVersion('node-forge'),
  make: (rows, content) =>
    each(rows, (row) => {
      if (row.kind === 'signed') return sign(row, binary(content))
      return row.kind === 'enveloped' ? encrypt(row, binary(content)) : cannot(`no ${row.kind}`)
    }),
  open: (jobs) => each(jobs, open),
}

const binary = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const octets = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))
const certificateOf = (name: KeyName) => forge.pki.certificateFromPem(pemOf(name, 'cert.pem'))
const made = (message: { toAsn1(): forge.asn1.Asn1 }): Outcome => ({
  bytes: octets(forge.asn1.toDer(message.toAsn1()).getBytes()),
})

function sign(row: SignedRow, content: string): Outcome {
  const p7 = forge.pkcs7.createSignedData()
  p7.content = forge.util.createBuffer(content)
  for (const name of row.two ? [row.key, 'other' as const] : [row.key]) {
    const certificate = certificateOf(name)
    p7.addCertificate(certificate)
    p7.addSigner({
      key: forge.pki.privateKeyFromPem(pemOf(name, 'key.pem')),
      certificate,
      digestAlgorithm: forge.pki.oids[row.digest.toLowerCase().replace('-', '')]!,
      authenticatedAttributes: row.noAttributes
        ? []
        : [{ type: forge.pki.oids.contentType!, value: forge.pki.oids.data! }, { type: forge.pki.oids.messageDigest! }],
    })
  }
  p7.sign({ detached: !row.opaque })
  return made(p7)
}

const ciphers: Readonly<Record<string, string>> = {
  'AES-128-CBC': 'aes128-CBC',
  'AES-192-CBC': 'aes192-CBC',
  'AES-256-CBC': 'aes256-CBC',
  '3DES-CBC': 'des-EDE3-CBC',
}

function encrypt(row: EnvelopedRow, content: string): Outcome {
  const cipher = ciphers[row.cipher]
  const key = recipientKey(row)
  if (!cipher) return cannot(`no ${row.cipher}`)
  if (!key) return cannot('only recipients with a certificate')
  const p7 = forge.pkcs7.createEnvelopedData()
  if (row.two) p7.addRecipient(certificateOf('other'))
  p7.addRecipient(certificateOf(key))
  p7.content = forge.util.createBuffer(content)
  p7.encrypt(undefined, forge.pki.oids[cipher]!)
  return made(p7)
}

function open({ row, message, content }: OpenJob): Outcome {
  const p7 = forge.pkcs7.messageFromAsn1(forge.asn1.fromDer(binary(message)))
  if ('verify' in p7 && typeof p7.verify === 'function') {
    p7.verify() // throws that there is no such thing
    return { bytes: content }
  }
  if (!('recipients' in p7)) return { says: 'no EnvelopedData' }
  const key = recipientKey(row)
  if (!key) return cannot('only recipients with a certificate')
  const recipient = p7.findRecipient(certificateOf(key))
  if (!recipient) return { says: 'no recipient is found' }
  p7.decrypt(recipient, forge.pki.privateKeyFromPem(pemOf(key, 'key.pem')))
  return { bytes: octets((p7.content as forge.util.ByteStringBuffer).getBytes()) }
}
