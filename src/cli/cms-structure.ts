import type { Oid } from '../asn1/index.js'
import { encodeHex } from '../bytes/index.js'
import {
  type CertificateIdentifier,
  CmsError,
  type ContentTypeName,
  contentTypes,
  decompress,
  parseCompressedData,
  parseContentInfo,
  parseEnvelopedData,
  parseSignedData,
  type RecipientInfo,
  readSigningTime,
  type SignerInfo,
} from '../cms/index.js'
import {
  type AlgorithmIdentifier,
  contentCipherOf,
  digestOf,
  keyAgreementOf,
  keyTransportOf,
  keyWrapOf,
  signatureSchemeOf,
} from '../crypto/index.js'
import { DirectError, unlessThrown } from '../errors/index.js'
import { type Certificate, describeCertificate, nameText, subjectNames } from '../x509/index.js'
import { timeText } from './text.js'

/** What a CMS structure shows without a key. Algorithms have their names, or the OID of one that is not known. */
export type CmsStructure =
  | {
      readonly type: 'signedData'
      readonly detached: boolean
      readonly signers: readonly SignerStructure[]
      readonly certificates: readonly CertificateStructure[]
      readonly unreadableCertificates: number
      readonly crls: number
      readonly ocspResponses: number
    }
  | {
      readonly type: 'envelopedData' | 'authEnvelopedData'
      readonly cipher: string
      readonly recipients: readonly RecipientStructure[]
      readonly certificates: readonly CertificateStructure[]
    }
  | { readonly type: 'compressedData' }
  | { readonly type: 'other'; readonly contentType: Oid }
  | { readonly type: 'unreadable'; readonly problem: string }

/** How somebody is named: by issuer and serial number, or by an identifier of the key; both numbers in hex. */
interface Named {
  readonly issuer?: string
  readonly serialNumber?: string
  readonly keyIdentifier?: string
}

interface SignerStructure extends Named {
  readonly digest: string
  readonly signature: string
  readonly signingTime?: string
}

interface RecipientStructure extends Named {
  readonly type: RecipientInfo['type']
  readonly algorithm?: string
}

interface CertificateStructure extends ReturnType<typeof describeCertificate> {
  readonly notBefore: string
  readonly notAfter: string
  /** Addresses and domains. */
  readonly names: readonly string[]
}

/** One layer, and what lies below it as far as it is open to everybody. */
export interface CmsLayer {
  readonly structure: CmsStructure
  readonly content?: Uint8Array
}

/** Reads the outermost layer of CMS. What is none says so. */
export async function cmsLayer(bytes: Uint8Array): Promise<CmsLayer> {
  try {
    const { contentType } = parseContentInfo(bytes)
    const names = Object.keys(layers) as (keyof typeof layers)[]
    const name = names.find((each) => contentTypes[each] === contentType)
    return name ? await layers[name](bytes) : { structure: { type: 'other', contentType } }
  } catch (error) {
    if (!(error instanceof CmsError)) throw error
    return { structure: { type: 'unreadable', problem: error.message } }
  }
}

type LayerReader = (bytes: Uint8Array) => CmsLayer | Promise<CmsLayer>

const layers: Readonly<Record<Exclude<ContentTypeName, 'data'>, LayerReader>> = {
  signedData: signedLayer,
  envelopedData: envelopedLayer,
  authEnvelopedData: envelopedLayer,
  async compressedData(bytes) {
    const decompressed = await decompress(parseCompressedData(bytes))
    if (decompressed.ok) return { structure: { type: 'compressedData' }, content: decompressed.content }
    return { structure: { type: 'unreadable', problem: decompressed.code } }
  },
}

function signedLayer(bytes: Uint8Array): CmsLayer {
  const { encapContentInfo, signerInfos, certificates, unreadableCertificates, crls, ocspResponses } =
    parseSignedData(bytes)
  const { eContent } = encapContentInfo
  const structure = {
    type: 'signedData',
    detached: eContent === undefined,
    signers: signerInfos.map(signerStructure),
    certificates: certificates.map(certificateStructure),
    unreadableCertificates,
    crls: crls.length,
    ocspResponses: ocspResponses.length,
  } as const
  return { structure, ...(eContent && { content: eContent }) }
}

function signerStructure({ sid, digestAlgorithm, signatureAlgorithm, signedAttrs }: SignerInfo): SignerStructure {
  const attributes = signedAttrs?.attributes ?? []
  const at = unlessThrown(DirectError, () => readSigningTime(attributes))
  return {
    ...named(sid),
    digest: digestOf(digestAlgorithm)?.name ?? digestAlgorithm.algorithm,
    signature: signatureSchemeOf(signatureAlgorithm, digestAlgorithm)?.name ?? signatureAlgorithm.algorithm,
    ...(at !== undefined && { signingTime: timeText(at) }),
  }
}

function envelopedLayer(bytes: Uint8Array): CmsLayer {
  const { type, recipientInfos, encryptedContentInfo, originatorCertificates } = parseEnvelopedData(bytes)
  const { contentEncryptionAlgorithm } = encryptedContentInfo
  const structure = {
    type,
    cipher: contentCipherOf(contentEncryptionAlgorithm)?.name ?? contentEncryptionAlgorithm.algorithm,
    recipients: recipientInfos.flatMap(recipientStructures),
    certificates: originatorCertificates.map(certificateStructure),
  } as const
  return { structure }
}

/** Several, when they agree on a key with the sender in one go. */
function recipientStructures(info: RecipientInfo): readonly RecipientStructure[] {
  const { type } = info
  if (type === 'other') return [{ type }]
  const algorithm = algorithmText(info.keyEncryptionAlgorithm)
  if (type === 'keyTrans') return [{ type, ...named(info.rid), algorithm }]
  if (type === 'keyAgree') return info.recipientEncryptedKeys.map(({ rid }) => ({ type, ...named(rid), algorithm }))
  return [{ type, ...(type === 'kek' && { keyIdentifier: encodeHex(info.keyIdentifier) }), algorithm }]
}

function algorithmText(id: AlgorithmIdentifier): string {
  const agreed = keyAgreementOf(id)
  if (agreed) return `${agreed.agreement.name}, ${agreed.wrap.name}`
  return keyTransportOf(id)?.name ?? keyWrapOf(id)?.name ?? id.algorithm
}

function named(identifier: CertificateIdentifier): Named {
  if (identifier.type === 'subjectKeyIdentifier') return { keyIdentifier: encodeHex(identifier.subjectKeyIdentifier) }
  return { issuer: nameText(identifier.issuer), serialNumber: identifier.serialNumber.toString(16) }
}

function certificateStructure(certificate: Certificate): CertificateStructure {
  const { rfc822Names, dNSNames, emailAddresses } = subjectNames(certificate)
  return {
    ...describeCertificate(certificate),
    notBefore: timeText(certificate.notBefore),
    notAfter: timeText(certificate.notAfter),
    names: [...new Set([...rfc822Names, ...dNSNames, ...emailAddresses])],
  }
}
