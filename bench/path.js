/**
 * How close validating a path of two certificates comes to its two signature checks, their keys imported anew, from their
 * numbers as the library does it: Node is slower with a SubjectPublicKeyInfo.
 *
 *   node bench/path.js
 *
 * Cold: with empty caches every time. Warm: with what an agent remembers from the first time. Revocation is not looked at.
 */

import { policies } from 'direct-smime'
import { createSigner } from 'direct-smime/crypto'
import { parsePrivateKey } from 'direct-smime/keys'
import { anchorOf, buildPath, createPathCaches } from 'direct-smime/path'
import { buildCertificate, buildName, parseCertificate } from 'direct-smime/x509'
import { compare } from './measure.js'

const { subtle } = globalThis.crypto
const rsassa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const now = Date.now()
const day = 86_400_000

const [root, issuing, ann] = [await makeKey(), await makeKey(), await makeKey()]
/** The issuers' keys, in the form that is imported fastest. */
const numbers = await Promise.all([issuing, root].map(({ publicKey }) => numbersOf(publicKey)))
const anchor = await issue('Root', root, 'Root', root, true)
const authority = await issue('Issuing', issuing, 'Root', root, true)
const leaf = await issue('Ann', ann, 'Issuing', issuing, false)

const { trust } = policies.direct
const policy = { ...trust, revocation: { ...trust.revocation, mode: /** @type {const} */ ('off') } }
const evidence = { crypto: globalThis.crypto, at: now, anchors: [anchorOf(anchor)], certificates: [authority] }

const warmCaches = createPathCaches()
const rows = {
  cold: await compare({ bound, library: () => validate(createPathCaches()) }, 3000),
  warm: await compare({ bound, library: () => validate(warmCaches) }, 3000),
}
for (const [name, times] of Object.entries(rows)) {
  const [ours, theirs, ratio] = [times.library, times.bound, times.ratio].map((value) => value.toFixed(3))
  console.log(`path of two, ${name}: ${ours} ms, two signature checks ${theirs} ms, ratio ${ratio}`)
}

/** The two signature checks. */
async function bound() {
  for (const [index, certificate] of [leaf, authority].entries()) {
    const key = await subtle.importKey('jwk', numbers[index] ?? {}, rsassa, false, ['verify'])
    const signature = new Uint8Array(certificate.signature)
    if (!(await subtle.verify(rsassa, key, signature, new Uint8Array(certificate.tbsCertificate)))) {
      throw new Error('a signature of the benchmark is wrong')
    }
  }
}

/** @param {Uint8Array<ArrayBuffer>} publicKey @returns {Promise<JsonWebKey>} */
async function numbersOf(publicKey) {
  return subtle.exportKey('jwk', await subtle.importKey('spki', publicKey, rsassa, true, ['verify']))
}

/** @param {import('direct-smime/path').PathCaches} caches */
async function validate(caches) {
  const verdict = await buildPath(leaf, { ...evidence, caches }, policy)
  if (!verdict.ok) throw new Error(`the path of the benchmark does not hold: ${verdict.code}`)
}

async function makeKey() {
  const algorithm = { ...rsassa, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  const pair = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey))
  return {
    publicKey: new Uint8Array(await subtle.exportKey('spki', pair.publicKey)),
    signer: createSigner(globalThis.crypto, parsePrivateKey(pkcs8), { digest: 'SHA-256' }),
  }
}

/** @typedef {Awaited<ReturnType<typeof makeKey>>} Key */

/**
 * @param {string} cn
 * @param {Key} key
 * @param {string} by
 * @param {Key} byKey
 * @param {boolean} cA
 */
async function issue(cn, { publicKey }, by, { signer }, cA) {
  const draft = {
    serialNumber: 1n,
    issuer: buildName([['CN', by]]),
    subject: buildName([['CN', cn]]),
    notBefore: now - day,
    notAfter: now + day,
    publicKey,
    cA,
  }
  return parseCertificate(await buildCertificate(draft, signer))
}
