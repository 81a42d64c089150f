import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { decodePem } from '../../src/keys/index.js'
import { pemOf } from './keys.node.js'
import { secrets } from './material.js'
import { cannot, each, type OpenJob, type Outcome, type Peer } from './peer.js'
import { type EnvelopedRow, type KeyFile, type KeyName, recipientKey, type SignedRow } from './rows.js'
import { installedVersion } from './run.node.js'

/** PKI.js, on the WebCrypto of this Node. */
export const pkijsPeer: Peer = {
  name: 'pkijs',
  through: 'the npm package, on the WebCrypto of Node',
  install: '`npm ci`',
  kinds: ['signed', 'enveloped'],
  version: async () => installedVersion('pkijs'),
  make: (rows, content) =>
    each(rows, (row) => {
      if (row.kind === 'signed') return sign(row, buffer(content))
      return row.kind === 'enveloped' ? encrypt(row, buffer(content)) : cannot(`no ${row.kind}`)
    }),
  open: (jobs) => each(jobs, open),
}

const { subtle } = globalThis.crypto
const buffer = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer
const dataOid = '1.2.840.113549.1.7.1'

const derOf = (name: KeyName, file: KeyFile) => decodePem(pemOf(name, file))[0]!.bytes
const certificateOf = (name: KeyName) => pkijs.Certificate.fromBER(buffer(derOf(name, 'cert.pem')))

function contentInfo(type: string, content: { toSchema(): asn1js.BaseBlock } | asn1js.BaseBlock): Outcome {
  const schema = 'toSchema' in content ? content.toSchema() : content
  const info = new pkijs.ContentInfo({ contentType: type, content: schema })
  return { bytes: new Uint8Array(info.toSchema().toBER()) }
}

// --- signed ------------------------------------------------------------------

const curves: Readonly<Record<string, string>> = { p256: 'P-256', p384: 'P-384', p521: 'P-521' }

function signingKey({ scheme, digest }: SignedRow, name: KeyName): Promise<CryptoKey> {
  const algorithm =
    scheme === 'ECDSA'
      ? { name: 'ECDSA', namedCurve: curves[name]! }
      : scheme === 'EdDSA'
        ? { name: 'Ed25519' }
        : { name: scheme === 'PSS' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: digest }
  return subtle.importKey('pkcs8', buffer(derOf(name, 'key.pem')), algorithm, false, ['sign'])
}

async function sign(row: SignedRow, content: ArrayBuffer): Promise<Outcome> {
  const names: readonly KeyName[] = row.two ? [row.key, 'other'] : [row.key]
  const certificates = names.map(certificateOf)
  const digest = await subtle.digest(row.digest, content)
  const signerInfos = certificates.map((certificate) => signerInfo(row, certificate, digest))
  const encapContentInfo = new pkijs.EncapsulatedContentInfo({ eContentType: dataOid })
  if (row.opaque) encapContentInfo.eContent = new asn1js.OctetString({ valueHex: content })
  const signedData = new pkijs.SignedData({ version: 1, encapContentInfo, signerInfos, certificates })
  for (const [index, name] of names.entries()) {
    await signedData.sign(await signingKey(row, name), index, row.digest, content)
  }
  return contentInfo(pkijs.ContentInfo.SIGNED_DATA, signedData.toSchema(true))
}

function signerInfo(row: SignedRow, certificate: pkijs.Certificate, digest: ArrayBuffer): pkijs.SignerInfo {
  const { issuer, serialNumber } = certificate
  const attribute = (type: string, value: asn1js.BaseBlock) => new pkijs.Attribute({ type, values: [value] })
  const attributes = [
    attribute('1.2.840.113549.1.9.3', new asn1js.ObjectIdentifier({ value: dataOid })),
    attribute('1.2.840.113549.1.9.4', new asn1js.OctetString({ valueHex: digest })),
  ]
  return new pkijs.SignerInfo({
    version: 1,
    sid: row.keyIdentifier ? keyIdentifierOf(certificate) : new pkijs.IssuerAndSerialNumber({ issuer, serialNumber }),
    ...(!row.noAttributes && { signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes }) }),
  })
}

/** As `[0] IMPLICIT`. */
function keyIdentifierOf(certificate: pkijs.Certificate): asn1js.Primitive {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === '2.5.29.14')
  const { valueHexView } = (extension!.parsedValue as asn1js.OctetString).valueBlock
  return new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: buffer(valueHexView) })
}

// --- enveloped ---------------------------------------------------------------

async function encrypt(row: EnvelopedRow, content: ArrayBuffer): Promise<Outcome> {
  const [, length, mode] = /^AES-(\d+)-(CBC|GCM)$/.exec(row.cipher) ?? []
  if (!length) return cannot(`no ${row.cipher}`)
  const envelopedData = new pkijs.EnvelopedData({})
  if (row.two) envelopedData.addRecipientByCertificate(certificateOf('other'), { useOAEP: false })
  await addRecipient(envelopedData, row)
  await envelopedData.encrypt({ name: `AES-${mode}`, length: Number(length) } as Algorithm, content)
  return contentInfo(pkijs.ContentInfo.ENVELOPED_DATA, envelopedData)
}

async function addRecipient(envelopedData: pkijs.EnvelopedData, row: EnvelopedRow): Promise<void> {
  const { to } = row
  const key = recipientKey(row)
  if (to.type === 'kek') {
    const keyEncryptionAlgorithm = { name: 'AES-KW', length: Number(to.wrap.slice(4)) }
    const keyIdentifier = buffer(Buffer.from(secrets.keyIdentifier, 'hex'))
    envelopedData.addRecipientByPreDefinedData(kekOf(to.wrap), { keyEncryptionAlgorithm, keyIdentifier }, 1)
  } else if (to.type === 'password') {
    envelopedData.addRecipientByPreDefinedData(buffer(Buffer.from(secrets.password)), {}, 2)
  } else if (to.type === 'ecdh' && row.keyIdentifier) {
    const { publicKey, identifier } = await ecRecipient(to.key)
    envelopedData.addRecipientByKeyIdentifier(publicKey, identifier, agreement(to))
  } else {
    const options =
      to.type === 'oaep'
        ? { useOAEP: true, oaepHashAlgorithm: to.digest }
        : to.type === 'rsa'
          ? { useOAEP: false }
          : agreement(to)
    envelopedData.addRecipientByCertificate(certificateOf(key!), options)
  }
}

const kekOf = (wrap: string) =>
  buffer(Buffer.from(wrap === 'AES-128' ? secrets.kek['AES-128'] : secrets.kek['AES-256'], 'hex'))
const agreement = (to: { readonly kdf: string; readonly wrap: string }) => ({
  kdfAlgorithm: to.kdf,
  kekEncryptionLength: Number(to.wrap.slice(4)),
})

async function ecRecipient(name: KeyName): Promise<{ publicKey: CryptoKey; identifier: ArrayBuffer }> {
  const certificate = certificateOf(name)
  const spki = certificate.subjectPublicKeyInfo.toSchema().toBER()
  const publicKey = await subtle.importKey('spki', spki, { name: 'ECDH', namedCurve: curves[name]! }, true, [])
  return { publicKey, identifier: keyIdentifierOf(certificate).valueBlock.toBER() }
}

// --- opening -----------------------------------------------------------------

async function open({ row, message, content }: OpenJob): Promise<Outcome> {
  const info = pkijs.ContentInfo.fromBER(buffer(message))
  if (row.kind === 'signed') return verify(row, info, content)
  if (row.kind !== 'enveloped') return cannot(`no ${row.kind}`)
  if (info.contentType !== pkijs.ContentInfo.ENVELOPED_DATA) return cannot('no AuthEnvelopedData')
  const envelopedData = new pkijs.EnvelopedData({ schema: info.content })
  const { to } = row
  const key = recipientKey(row)
  const parameters = key
    ? { recipientCertificate: certificateOf(key), recipientPrivateKey: buffer(derOf(key, 'key.pem')) }
    : { preDefinedData: to.type === 'kek' ? kekOf(to.wrap) : buffer(Buffer.from(secrets.password)) }
  const opened = await envelopedData.decrypt(row.two ? indexOf(envelopedData, row) : 0, parameters)
  return { bytes: new Uint8Array(opened) }
}

/** Which of the recipients is ours is for its users to find out. */
function indexOf({ recipientInfos }: pkijs.EnvelopedData, row: EnvelopedRow): number {
  if (row.to.type === 'ecdh')
    return recipientInfos.findIndex(({ value }) => value instanceof pkijs.KeyAgreeRecipientInfo)
  const { serialNumber } = certificateOf(recipientKey(row)!)
  return recipientInfos.findIndex(
    ({ value }) =>
      value instanceof pkijs.KeyTransRecipientInfo &&
      value.rid instanceof pkijs.IssuerAndSerialNumber &&
      value.rid.serialNumber.isEqual(serialNumber),
  )
}

async function verify(row: SignedRow, info: pkijs.ContentInfo, content: Uint8Array): Promise<Outcome> {
  const signedData = new pkijs.SignedData({ schema: info.content })
  for (const signer of signedData.signerInfos.keys()) {
    const data = row.opaque ? {} : { data: buffer(content) }
    const result = await signedData.verify({ signer, ...data, extendedMode: true })
    if (!result.signatureVerified) throw new Error('the signature does not hold')
  }
  const { eContent } = signedData.encapContentInfo
  return { bytes: row.opaque ? new Uint8Array(eContent!.getValue()) : content }
}
