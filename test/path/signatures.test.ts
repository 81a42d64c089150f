import { describe, expect, test } from 'vitest'
import { createSigner, type DigestName, type Signer, type SignerOptions } from '../../src/crypto/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import { buildPath, createPathCaches } from '../../src/path/index.js'
import { buildCertificate, buildName, type Certificate, parseCertificate } from '../../src/x509/index.js'
import { keyPair, now } from '../helpers/issue.js'
import { answerTo, evidenceOf, policy } from './fixtures.js'

const day = 86_400_000

/** An anchor with this key, and a certificate that it signed. */
async function pairOf(signer: Signer, publicKey: Uint8Array, by = 'Anchor') {
  const issued = async (name: string, key: Uint8Array, more: object) => {
    const names = { issuer: buildName([['CN', by]]), subject: buildName([['CN', name]]) }
    const dates = { notBefore: now - day, notAfter: now + day }
    return parseCertificate(
      await buildCertificate({ serialNumber: 1n, ...names, ...dates, publicKey: key, ...more }, signer),
    )
  }
  const anchor = await issued(by, publicKey, { cA: true })
  return { anchors: [anchor], certificate: await issued('Ann', (await keyPair('Ann')).publicKey, {}), issued }
}

async function byRsa(options: SignerOptions) {
  const { publicKey, pkcs8 } = await keyPair('Anchor')
  return pairOf(createSigner(crypto, parsePrivateKey(pkcs8), options), publicKey)
}

async function keyOf(namedCurve: string, digest: DigestName) {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify'])
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  return { signer: createSigner(crypto, parsePrivateKey(pkcs8), { digest }), publicKey }
}

async function byCurve(namedCurve: string, digest: DigestName) {
  const { signer, publicKey } = await keyOf(namedCurve, digest)
  return pairOf(signer, publicKey)
}

describe('what version 1.3 has certificates signed with (AS-19)', () => {
  const named = 'path of 1'
  const beyond = 'signature-beyond-13'
  test.each([
    { comment: 'RSA, SHA-256', make: () => byRsa({ digest: 'SHA-256' }), answer: named },
    { comment: 'RSA, SHA-384', make: () => byRsa({ digest: 'SHA-384' }), answer: named },
    { comment: 'RSA, SHA-512', make: () => byRsa({ digest: 'SHA-512' }), answer: named },
    { comment: 'RSASSA-PSS, SHA-256', make: () => byRsa({ scheme: 'RSASSA-PSS' }), answer: beyond },
    { comment: 'P-256, SHA-256', make: () => byCurve('P-256', 'SHA-256'), answer: named },
    { comment: 'P-256, SHA-384', make: () => byCurve('P-256', 'SHA-384'), answer: named },
    { comment: 'P-256, SHA-512', make: () => byCurve('P-256', 'SHA-512'), answer: beyond },
    { comment: 'P-384, SHA-384', make: () => byCurve('P-384', 'SHA-384'), answer: named },
    { comment: 'P-521, SHA-256', make: () => byCurve('P-521', 'SHA-256'), answer: beyond },
  ])('$comment: $answer', async ({ make, answer }) => {
    const { certificate, anchors } = await make()
    const question = { certificate, anchors }
    expect(await answerTo({ ...question, policy: { signaturesBeyond13: 'refused' } })).toBe(answer)
    expect(await answerTo(question)).toBe('path of 1')
  })
})

test('a warning is about the certificate whose issuer has the key that is not named', async () => {
  const [top, next] = await Promise.all(['P-521', 'P-256'].map((curve) => keyOf(curve, 'SHA-256')))
  const { anchors, issued } = await pairOf(top!.signer, top!.publicKey)
  const issuing = await issued('Issuing', next!.publicKey, { cA: true })
  const below = await pairOf(next!.signer, next!.publicKey, 'Issuing')
  const question = { anchors, certificates: [issuing] }
  const { ok, explanation } = await buildPath(below.certificate, evidenceOf(question), policy)
  const warnings = explanation.steps.filter(({ code }) => code === 'signature-beyond-13')
  expect([ok, warnings.map(({ about }) => about?.certificate?.subject)]).toEqual([true, ['CN=Issuing']])
})

test('a proof is one of the parameters of the algorithm, too', async () => {
  const { certificate, anchors } = await byRsa({ scheme: 'RSASSA-PSS' })
  const caches = createPathCaches()
  const answerOf = async (each: Certificate) => {
    const verdict = await buildPath(each, { ...evidenceOf({ anchors }), caches }, policy)
    return verdict.ok ? 'accepted' : verdict.code
  }
  expect(await answerOf(certificate)).toBe('accepted')
  // The last octet of RSASSA-PSS-params is that of the length of the salt (RFC 4055 §3.1).
  const { algorithm, parameters } = certificate.signatureAlgorithm
  const shorter = parameters!.map((octet, index) => (index === parameters!.length - 1 ? octet - 1 : octet))
  const otherwise = { ...certificate, signatureAlgorithm: { algorithm, parameters: shorter } }
  expect(await answerOf(otherwise)).toBe('issuer-signature-wrong')
})
