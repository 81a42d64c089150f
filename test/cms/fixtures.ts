import { policies } from '../../src/agent/index.js'
import { type DerNode, der, type Oid } from '../../src/asn1/index.js'
import { contentTypes } from '../../src/cms/index.js'
import {
  type AlgorithmIdentifier,
  type AlgorithmPolicy,
  algorithmIdentifier,
  type ContentCipherName,
  computeDigest,
  contentCiphers,
  type DigestName,
  digests,
  encryptContent,
  encryptKey,
  type KeyTransportName,
} from '../../src/crypto/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { keyPair } from '../helpers/issue.js'

/** What the tests allow, unless they say otherwise: what the default policy does. */
export const { algorithms }: { readonly algorithms: AlgorithmPolicy } = policies.direct

const rsaEncryption: AlgorithmIdentifier = {
  algorithm: '1.2.840.113549.1.1.1',
  parameters: der.encode(der.nul()),
}

const issuerAndSerial = ({ issuer, serialNumber }: Certificate): DerNode =>
  der.sequence(issuer.bytes, der.integer(serialNumber))

export const contentInfo = (type: Oid, content: DerNode): DerNode =>
  der.sequence(der.oid(type), der.explicit(0, content))

export const attributeOf = (type: Oid, ...values: DerNode[]): DerNode => der.sequence(der.oid(type), der.setOf(values))

/** The signed attributes as they should be. */
export async function attributesFor(
  content: Uint8Array,
  digest: DigestName = 'SHA-256',
): Promise<Record<'contentType' | 'messageDigest', DerNode>> {
  return {
    contentType: attributeOf('1.2.840.113549.1.9.3', der.oid(contentTypes.data)),
    messageDigest: attributeOf('1.2.840.113549.1.9.4', der.octetString(await computeDigest(crypto, digest, content))),
  }
}

/** A SignedData put together by hand: what a test does not say is as it should be. */
export interface HandMade {
  readonly signer: Certificate
  /** The name under which `keyPair` knows the key that signs. */
  readonly key: string
  readonly content: Uint8Array
  /** Inside, beside what is detached. */
  readonly eContent?: Uint8Array
  readonly eContentType?: Oid
  /** In this order, unsorted; `null` for none at all. */
  readonly attributes?: readonly DerNode[] | null
  /** What is signed instead of the DER of the attributes. */
  readonly signed?: Uint8Array
  readonly certificates?: readonly (Certificate | DerNode)[]
  readonly sid?: DerNode
  readonly digest?: DigestName
  /** What the SignerInfo says of the digest. */
  readonly namedDigest?: DigestName
  readonly signatureAlgorithm?: AlgorithmIdentifier
  readonly signers?: number
}

export async function signedDataOf(made: HandMade): Promise<Uint8Array> {
  const { signer, key, content, digest = 'SHA-256', namedDigest = digest, signers = 1 } = made
  const digestAlgorithm = der.sequence(der.oid(digests[namedDigest].oid))
  const attributes =
    made.attributes === undefined ? Object.values(await attributesFor(content, digest)) : made.attributes
  const signed = made.signed ?? (attributes ? der.encode(der.setOf(attributes)) : content)
  const signature = await (await keyPair(key)).signer(digest).sign(signed)
  const certificates = (made.certificates ?? [signer]).map((each) => ('tbsCertificate' in each ? each.bytes : each))
  const signerInfo = der.sequence(
    der.integer(1),
    made.sid ?? issuerAndSerial(signer),
    digestAlgorithm,
    ...(attributes ? [der.implicit(0, der.setInOrder(attributes))] : []),
    algorithmIdentifier(made.signatureAlgorithm ?? rsaEncryption),
    der.octetString(signature),
  )
  const eContent = made.eContent ? [der.explicit(0, der.octetString(made.eContent))] : []
  const signedData = der.sequence(
    der.integer(1),
    der.setOf([digestAlgorithm]),
    der.sequence(der.oid(made.eContentType ?? contentTypes.data), ...eContent),
    der.implicit(0, der.setInOrder(certificates)),
    der.setInOrder(Array.from({ length: signers }, () => signerInfo)),
  )
  return der.encode(contentInfo(contentTypes.signedData, signedData))
}

/** An EnvelopedData put together by hand. */
export interface Envelope {
  readonly content: Uint8Array
  readonly recipients: readonly EnvelopeRecipient[]
  readonly cipher?: ContentCipherName
  /** Replaces what the cipher made of the content. */
  readonly encryptedContent?: Uint8Array
  readonly contentEncryptionAlgorithm?: AlgorithmIdentifier
}

interface EnvelopeRecipient {
  readonly certificate: Certificate
  readonly rid?: DerNode
  readonly keyTransport?: KeyTransportName
  readonly algorithm?: AlgorithmIdentifier
  /** Another content key than that of the content. */
  readonly contentKey?: Uint8Array
  readonly encryptedKey?: Uint8Array
}

export async function envelopedDataOf(envelope: Envelope): Promise<Uint8Array> {
  const { cipher = 'AES-256-CBC' } = envelope
  const key = crypto.getRandomValues(new Uint8Array(contentCiphers[cipher].keyLength))
  const encrypted = await encryptContent(crypto, cipher, key, envelope.content)
  const recipientInfos = await Promise.all(envelope.recipients.map((recipient) => recipientInfo(recipient, key)))
  const envelopedData = der.sequence(
    der.integer(0),
    der.setOf(recipientInfos),
    der.sequence(
      der.oid(contentTypes.data),
      algorithmIdentifier(envelope.contentEncryptionAlgorithm ?? encrypted.algorithm),
      der.implicit(0, der.octetString(envelope.encryptedContent ?? encrypted.encryptedContent)),
    ),
  )
  return der.encode(contentInfo(contentTypes.envelopedData, envelopedData))
}

async function recipientInfo(recipient: EnvelopeRecipient, key: Uint8Array): Promise<DerNode> {
  const { certificate, keyTransport = 'RSAES-PKCS1-v1_5', contentKey = key } = recipient
  const { algorithm, encryptedKey } = await encryptKey(crypto, keyTransport, certificate.publicKey, contentKey)
  return der.sequence(
    der.integer(0),
    recipient.rid ?? issuerAndSerial(certificate),
    algorithmIdentifier(recipient.algorithm ?? algorithm),
    der.octetString(recipient.encryptedKey ?? encryptedKey),
  )
}
