/**
 * The bound: the cryptography and base64 that a message cannot do without, on the very bytes of that message, with the
 * fastest that Node has, and nothing else: no line ends, no ASN.1, no MIME, no decision.
 */

import { constants, createPrivateKey, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto'
import { parseEnvelopedData, parseSignedData } from 'direct-smime/cms'
import { decodeBody, parseEntity } from 'direct-smime/mime'

const { subtle } = globalThis.crypto
const rsassa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

/**
 * @param {import('./scene.js').Scene} scene
 * @param {Uint8Array} raw a sealed message of that scene
 * @returns {Promise<{ seal: () => Promise<unknown>, open: () => Promise<unknown> }>}
 */
export async function makeBound({ clinic, ann, bob }, raw) {
  const bobKey = createPrivateKey(bob.privateKeyPem)
  const bobPublicKey = createPublicKey(bob.certificatePem)
  const annKey = createPrivateKey(ann.privateKeyPem).export({ format: 'der', type: 'pkcs8' })
  const signingKey = await subtle.importKey('pkcs8', annKey, rsassa, false, ['sign'])
  /** @param {{ publicKey: { bytes: Uint8Array } }} certificate */
  const verifyingKey = ({ publicKey }) => subtle.importKey('spki', copy(publicKey.bytes), rsassa, false, ['verify'])
  const annPublicKey = await verifyingKey(ann.certificate)
  const clinicPublicKey = await verifyingKey(clinic.certificate)
  const padding = constants.RSA_PKCS1_PADDING

  /** @param {Uint8Array} encryptedKey */
  const contentKey = (encryptedKey) =>
    privateDecrypt({ key: bobKey, padding: constants.RSA_NO_PADDING }, encryptedKey).subarray(-32)
  /** @param {Uint8Array} key @param {KeyUsage} use */
  const aesKey = (key, use) => subtle.importKey('raw', copy(key), 'AES-CBC', false, [use])

  // The pieces of the message, taken apart before any clock runs.
  const outer = parseEntity(raw)
  const cms = decodeBody(outer)
  const { recipientInfos, encryptedContentInfo } = parseEnvelopedData(cms)
  const [recipient] = recipientInfos
  if (recipient?.type !== 'keyTrans') throw new Error('a recipient of another kind')
  const { encryptedKey } = recipient
  const iv = copy(encryptedContentInfo.contentEncryptionAlgorithm.parameters?.subarray(2)) // behind tag and length
  const ciphertext = copy(encryptedContentInfo.encryptedContent)
  const cbc = { name: 'AES-CBC', iv }
  const key = contentKey(encryptedKey)
  const plaintext = new Uint8Array(await subtle.decrypt(cbc, await aesKey(key, 'decrypt'), ciphertext))
  const [entity, signature] = parseEntity(plaintext).parts
  const signed = copy(entity?.bytes)
  const signer = signature && parseSignedData(decodeBody(signature)).signerInfos[0]
  const signedAttrs = Uint8Array.from(signer?.signedAttrs?.element.bytes ?? [])
  signedAttrs[0] = 0x31 // signed as a SET OF (RFC 5652 §5.4)
  const attached = parseEntity(signed.subarray(parseEntity(signed).span.bodyStart)).parts[1]
  const attachment = attached && copy(decodeBody(attached))
  const { tbsCertificate, signature: certificateSignature } = ann.certificate
  if (!attachment || !signer) throw new Error('a message that does not look as expected')

  return {
    async seal() {
      const encoded = base64(attachment)
      await subtle.digest('SHA-256', signed)
      await subtle.sign(rsassa, signingKey, signedAttrs)
      const encryption = await subtle.encrypt(cbc, await aesKey(key, 'encrypt'), plaintext)
      publicEncrypt({ key: bobPublicKey, padding }, key)
      return [encoded, encryption, base64(cms)]
    },
    async open() {
      unbase64(outer.body)
      const decryption = aesKey(contentKey(encryptedKey), 'decrypt')
      await subtle.decrypt(cbc, await decryption, ciphertext)
      await subtle.digest('SHA-256', signed)
      const holds =
        (await subtle.verify(rsassa, annPublicKey, copy(signer.signature), signedAttrs)) &&
        (await subtle.verify(rsassa, clinicPublicKey, copy(certificateSignature), copy(tbsCertificate)))
      if (!holds) throw new Error('the bound verified something else than the message')
      return unbase64(attached.body)
    },
  }
}

/** @param {Uint8Array} bytes */
function base64({ buffer, byteOffset, length }) {
  return Buffer.from(buffer, byteOffset, length).toString('base64')
}

/** @param {Uint8Array} text */
function unbase64({ buffer, byteOffset, length }) {
  return Buffer.from(Buffer.from(buffer, byteOffset, length).toString('latin1'), 'base64')
}

/** @param {Uint8Array | undefined} bytes */
function copy(bytes) {
  if (!bytes) throw new Error('a message that does not look as expected')
  return new Uint8Array(bytes)
}
