import { describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import { type CryptoProvider, createSigner } from '../../src/crypto/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import { anchorOf, buildPath, createPathCaches, type PathPolicy, validatePath } from '../../src/path/index.js'
import {
  accessMethods,
  buildCertificate,
  buildName,
  type Certificate,
  type GeneralName,
  parseCertificate,
} from '../../src/x509/index.js'
import { type Issue, issueAuthority, issueMailbox, now } from '../helpers/issue.js'
import { answerTo, evidenceOf, policy, type Question } from './fixtures.js'

const address = 'ann@clinic.example'
const [mail, servers] = ['1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.1'] as const
const past = { notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2025, 0, 1) }
const strange = (critical: boolean) => [{ oid: '1.2.3.4.5', critical, value: Uint8Array.of(5, 0) }]

const root = await issueAuthority({ cn: 'Root' })
const issuing = await issueAuthority({ cn: 'Issuing', by: 'Root' })
const leaf = await issueMailbox(address, { cn: 'Ann', by: 'Issuing' })
const mailbox = (draft: Partial<Issue>) => issueMailbox(address, { cn: 'Ann', by: 'Issuing', ...draft })
const authority = (draft: Partial<Issue>) => issueAuthority({ cn: 'Issuing', by: 'Root', ...draft })

describe('rules of a path, each kept and broken', async () => {
  const cases: readonly (Partial<Question> & { comment: string; answer: string })[] = [
    {
      comment: 'an extension that is not understood, on the leaf',
      certificate: await mailbox({ extensions: strange(false) }),
      answer: 'path of 2',
    },
    {
      comment: 'the same, critical',
      certificate: await mailbox({ extensions: strange(true) }),
      answer: 'critical-extension-unknown',
    },
    {
      comment: 'one that is not understood, on an authority',
      certificates: [await authority({ extensions: strange(false) })],
      answer: 'path of 2',
    },
    {
      comment: 'the same, critical',
      certificates: [await authority({ extensions: strange(true) })],
      answer: 'issuer-not-usable',
    },
    {
      comment: 'an authority for mail',
      certificates: [await authority({ extKeyUsage: [servers, mail] })],
      policy: { extKeyUsages: [mail] },
      answer: 'path of 2',
    },
    {
      comment: 'an authority for servers',
      certificates: [await authority({ extKeyUsage: [servers] })],
      policy: { extKeyUsages: [mail] },
      answer: 'wrong-purpose',
    },
    {
      comment: 'an authority for mail, where one of two purposes will do',
      certificates: [await authority({ extKeyUsage: [mail] })],
      policy: { extKeyUsages: [servers, mail] },
      answer: 'path of 2',
    },
    {
      comment: 'a leaf for servers',
      certificate: await mailbox({ extKeyUsage: [servers] }),
      policy: { extKeyUsages: [mail] },
      answer: 'wrong-purpose',
    },
    {
      comment: 'a leaf for servers, where no purpose is asked for',
      certificate: await mailbox({ extKeyUsage: [servers] }),
      answer: 'path of 2',
    },
    {
      comment: 'an anchor whose dates count',
      anchors: [await issueAuthority({ cn: 'Root', ...past })],
      answer: 'anchor-expired',
    },
    {
      comment: 'an anchor whose dates do not (PKIX-5)',
      anchors: [await issueAuthority({ cn: 'Root', ...past })],
      policy: { anchorValidity: 'ignored' },
      answer: 'path of 2',
    },
    {
      comment: 'an authority as the end, where it may be',
      certificate: issuing,
      policy: { endsInAuthority: 'allowed' },
      answer: 'path of 1',
    },
    {
      comment: 'as many candidates as the budget has',
      policy: { budget: { candidates: 1 } },
      answer: 'path of 2',
    },
    { comment: 'one more', policy: { budget: { candidates: 0 } }, answer: 'budget-exhausted' },
  ]
  test.each(cases)('$comment: $answer', async ({ comment: _, answer, ...question }) => {
    expect(await answerTo({ certificate: leaf, anchors: [root], certificates: [issuing], ...question })).toBe(answer)
  })

  test('a search that turns back from a path which breaks a rule finds the one that keeps it', async () => {
    const other = await issueAuthority({ cn: 'Other root' })
    const bounded = {
      permittedSubtrees: [{ base: { type: 'rfc822Name', value: 'else.example' } }],
      excludedSubtrees: [],
    }
    const crossed = await authority({ by: 'Other root', nameConstraints: bounded as Issue['nameConstraints'] & object })
    const question = { certificate: leaf, anchors: [other, root] }
    expect(await answerTo({ ...question, certificates: [crossed] })).toBe('name-not-allowed')
    expect(await answerTo({ ...question, certificates: [crossed, issuing] })).toBe('path of 2')
    // The leaf's signature is the same both times: it is looked at once, and as wrong the second time as the first.
    const paid = (signatures: number) =>
      answerTo({ ...question, certificates: [crossed, issuing], policy: { budget: { signatures } } })
    expect(await paid(3)).toBe('path of 2')
    expect(await paid(2)).toBe('budget-exhausted')
    const forged = await mailbox({ byKey: 'New' })
    expect(await answerTo({ ...question, certificate: forged, certificates: [crossed, issuing] })).toBe(
      'issuer-signature-wrong',
    )
  })

  test('signatures are of a kind that the policy has, and of one that is known', async () => {
    const question = { anchors: [root], certificates: [issuing] }
    const answerOf = (certificate: Certificate, signatures: PathPolicy['algorithms']['signatures']) =>
      answerTo({ ...question, certificate, policy: { algorithms: { ...policy.algorithms, signatures } } })
    expect(await answerOf(leaf, ['RSASSA-PKCS1-v1_5'])).toBe('path of 2')
    expect(await answerOf(leaf, ['ECDSA'])).toBe('signature-algorithm-not-allowed')
    const unheard = { ...leaf, signatureAlgorithm: { algorithm: '1.2.3.4' } }
    expect(await answerOf(unheard, ['RSASSA-PKCS1-v1_5'])).toBe('signature-algorithm-not-allowed')
  })
})

describe('signatures that version 1.3 does not name (AS-19)', async () => {
  const { subtle } = crypto
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-521' }, true, ['sign', 'verify'])
  const signer = createSigner(crypto, parsePrivateKey(new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey))))
  const draft = (name: string, more: Partial<Issue>) => ({
    serialNumber: 1n,
    issuer: buildName([['CN', 'Curve']]),
    subject: buildName([['CN', name]]),
    notBefore: root.notBefore,
    notAfter: root.notAfter,
    publicKey: leaf.publicKey.bytes,
    ...more,
  })
  const publicKey = new Uint8Array(await subtle.exportKey('spki', pair.publicKey))
  const curve = parseCertificate(await buildCertificate(draft('Curve', { cA: true, publicKey }), signer))
  const below = parseCertificate(await buildCertificate(draft('Ann', {}), signer))

  const forged = await mailbox({ byKey: 'New' })
  const wrong = 'issuer-signature-wrong'

  test.each([
    { comment: 'RSA, refused what is beyond', certificate: leaf, beyond: 'refused' as const, answer: 'path of 2' },
    { comment: 'P-521, refused', certificate: below, beyond: 'refused' as const, answer: 'signature-beyond-13' },
    { comment: 'P-521, told', certificate: below, beyond: 'warning' as const, answer: 'path of 1' },
    { comment: 'RSA with another key', certificate: forged, beyond: 'refused' as const, answer: wrong },
  ])('$comment: $answer', async ({ certificate, beyond, answer }) => {
    const question = { certificate, anchors: [root, curve], certificates: [issuing] }
    expect(await answerTo({ ...question, policy: { signaturesBeyond13: beyond } })).toBe(answer)
    const { explanation } = await buildPath(certificate, evidenceOf(question), policy)
    const warned = explanation.steps.some(({ code }) => code === 'signature-beyond-13')
    expect(warned).toBe(certificate === below)
  })

  test('the key of the anchor, too, is of a curve that is allowed', async () => {
    const question = { certificate: below, anchors: [curve] }
    const curves = (...names: PathPolicy['algorithms']['curves']) => ({
      algorithms: { ...policy.algorithms, curves: names },
    })
    expect(await answerTo({ ...question, policy: curves('P-521') })).toBe('path of 1')
    expect(await answerTo({ ...question, policy: curves('P-256') })).toBe('issuer-not-usable')
  })
})

describe('what is wanted', async () => {
  const url = 'http://ca.example/issuing.cer'
  const uri = (value: string): GeneralName => ({ type: 'uniformResourceIdentifier', value })
  const pointing = (...urls: readonly string[]) =>
    mailbox({
      authorityInfoAccess: urls.map((each) => ({
        accessMethod: accessMethods.caIssuers,
        accessLocation: uri(each),
      })),
    })
  const wantsOf = async (certificate: Certificate, more: Partial<Question> & { tried?: ReadonlySet<string> } = {}) => {
    const { tried, ...question } = more
    const evidence = { ...evidenceOf({ anchors: [root], ...question }), ...(tried && { tried }) }
    const verdict = await buildPath(certificate, evidence, policy)
    return [verdict.ok ? 'accepted' : verdict.code, ...verdict.wants.map(({ key }) => key)]
  }

  test('the certificate of an issuer that is missing, by HTTP alone, once, and no more than sixteen', async () => {
    expect(await wantsOf(await pointing(url))).toEqual(['no-path', `certificates ${url}`])
    expect(await wantsOf(await pointing('ldap://ca.example/', 'file:///etc/passwd'))).toEqual(['no-path'])
    expect(await wantsOf(await pointing(url), { certificates: [issuing] })).toEqual(['accepted'])
    expect(await wantsOf(await pointing(url), { tried: new Set([`certificates ${url}`]) })).toEqual(['no-path'])
    const many = Array.from({ length: 40 }, (_, index) => `${url}?${index}`)
    expect(await wantsOf(await pointing(...many))).toHaveLength(1 + 16)
  })

  test('nothing, when the certificate itself is at fault', async () => {
    const expired = await mailbox({ ...past, authorityInfoAccess: (await pointing(url)).authorityInfoAccess! })
    expect(await wantsOf(expired)).toEqual(['certificate-expired'])
  })
})

describe('caches', () => {
  /** Counts what the host is asked to verify and import. */
  function counting() {
    const count = { verify: 0, importKey: 0 }
    const subtle = new Proxy(crypto.subtle, {
      get(target, name: keyof SubtleCrypto) {
        if (name === 'verify' || name === 'importKey') count[name]++
        return (target[name] as () => unknown).bind(target)
      },
    })
    return { count, crypto: { subtle, getRandomValues: crypto.getRandomValues.bind(crypto) } as CryptoProvider }
  }
  const judged = async (certificate: Certificate, evidence: object) => {
    const all = { ...evidenceOf({ anchors: [root], certificates: [issuing] }), ...evidence }
    const verdict = await buildPath(certificate, all, policy)
    return verdict.ok ? 'accepted' : verdict.code
  }

  test('what was proved is not verified again; without caches it is', async () => {
    const { count, crypto: counted } = counting()
    const caches = createPathCaches()
    for (let round = 0; round < 3; round++) expect(await judged(leaf, { crypto: counted, caches })).toBe('accepted')
    expect(count).toEqual({ verify: 2, importKey: 2 })
    for (let round = 0; round < 3; round++) expect(await judged(leaf, { crypto: counted })).toBe('accepted')
    expect(count).toEqual({ verify: 8, importKey: 8 })
  })

  test('a proof stands for nothing but what it proves', async () => {
    const caches = createPathCaches()
    expect(await judged(leaf, { caches })).toBe('accepted')
    const flipped = (bytes: Uint8Array) => bytes.map((octet, index) => (index === bytes.length - 1 ? octet ^ 1 : octet))
    const wrong = 'issuer-signature-wrong'
    expect(await judged({ ...leaf, signature: flipped(leaf.signature) }, { caches })).toBe(wrong)
    expect(await judged({ ...leaf, tbsCertificate: flipped(leaf.tbsCertificate) }, { caches })).toBe(wrong)
    const { signatureAlgorithm } = await mailbox({ digest: 'SHA-512' })
    expect(await judged({ ...leaf, signatureAlgorithm }, { caches })).toBe(wrong)
    expect(await judged(leaf, { caches, certificates: [await authority({ key: 'New' })] })).toBe(wrong)
    expect(await judged(leaf, { caches })).toBe('accepted')
  })

  test('what is too long to stand in a proof stands there as its digest, which is proved by nothing', async () => {
    const { count, crypto: counted } = counting()
    const evidence = { crypto: counted, caches: createPathCaches() }
    const value = der.encode(der.octetString(new Uint8Array(3000)))
    const long = await mailbox({ extensions: [{ oid: '1.2.3.4.5', critical: false, value }] })
    for (let round = 0; round < 3; round++) expect(await judged(long, evidence)).toBe('accepted')
    expect(count.verify).toBe(2)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(long.tbsCertificate)))
    for (const tbsCertificate of [digest, long.tbsCertificate.map((octet) => octet ^ 1)]) {
      expect(await judged({ ...long, tbsCertificate }, evidence)).toBe('issuer-signature-wrong')
    }
  })

  test('failures are not kept', async () => {
    const { count, crypto: counted } = counting()
    const evidence = { crypto: counted, caches: createPathCaches() }
    const forged = await mailbox({ byKey: 'New' })
    for (let round = 0; round < 3; round++) expect(await judged(forged, evidence)).toBe('issuer-signature-wrong')
    expect(count.verify).toBe(3)
  })

  test('keys that were imported are not imported again for another signature', async () => {
    const { count, crypto: counted } = counting()
    const evidence = { crypto: counted, caches: createPathCaches() }
    for (const each of [leaf, await mailbox({})]) expect(await judged(each, evidence)).toBe('accepted')
    expect(count).toEqual({ verify: 3, importKey: 2 })
  })

  test('what was used last is kept', () => {
    const { proofs } = createPathCaches({ maxEntries: 2 })
    const kept = (...names: readonly string[]) => names.map((name) => proofs.get(name) ?? false)
    for (const name of ['a', 'b']) proofs.set(name, true)
    expect(kept('b', 'a')).toEqual([true, true])
    proofs.set('c', true)
    expect(kept('b', 'a', 'c')).toEqual([false, true, true])
    proofs.set('a', true)
    proofs.set('d', true)
    expect(kept('c', 'a', 'd')).toEqual([false, true, true])
  })

  test('they are bounded', async () => {
    const { count, crypto: counted } = counting()
    const evidence = { crypto: counted, caches: createPathCaches({ maxEntries: 1 }) }
    for (let round = 0; round < 3; round++) expect(await judged(leaf, evidence)).toBe('accepted')
    expect(count.verify).toBe(6)
  })

  test('what the host does not know is an answer, and other faults of it are not', async () => {
    const failing = (name: string) => {
      const importKey = () => Promise.reject(new DOMException('', name))
      const subtle = new Proxy(crypto.subtle, {
        get: (target, key: keyof SubtleCrypto) =>
          key === 'importKey' ? importKey : (target[key] as () => unknown).bind(target),
      })
      return { crypto: { subtle, getRandomValues: crypto.getRandomValues.bind(crypto) } as CryptoProvider }
    }
    expect(await judged(leaf, failing('NotSupportedError'))).toBe('signature-algorithm-not-allowed')
    await expect(judged(leaf, failing('OperationError'))).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
  })
})

test('a path that is given keeps to the same rules', async () => {
  const critical = await mailbox({ extensions: strange(true) })
  const evidence = { crypto, at: now, certificates: [] }
  const answerOf = async (certificate: Certificate) => {
    const verdict = await validatePath([certificate, issuing], anchorOf(root), evidence, policy)
    return verdict.ok ? 'accepted' : verdict.code
  }
  expect(await answerOf(leaf)).toBe('accepted')
  expect(await answerOf(critical)).toBe('critical-extension-unknown')
})
