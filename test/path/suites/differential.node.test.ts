import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createSigner } from '../../../src/crypto/index.js'
import { encodePem, parsePrivateKey } from '../../../src/keys/index.js'
import { anchorOf, buildPath, createPathCaches, type PathPolicy } from '../../../src/path/index.js'
import {
  buildCertificate,
  buildName,
  type Certificate,
  type CertificateDraft,
  parseCertificate,
} from '../../../src/x509/index.js'
import { now } from '../../helpers/issue.js'
import { needs } from '../../helpers/needs.node.js'
import { policy } from '../fixtures.js'

// Chains made at random and signed as they should be, judged by us and by OpenSSL. It is told how a chain is to be, and
// most have one thing wrong with them.

/** Chains that are made; `npm run check:differential` makes ten thousand. */
const count = Number(process.env.CHAINS ?? 500)
const chainsPerRun = 100

/** The same numbers each time. @see "mulberry32" */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const day = 86_400_000
const mail = '1.3.6.1.5.5.7.3.4'
const server = '1.3.6.1.5.5.7.3.1'
const testPolicy = '1.3.6.1.4.1.99999.1'
const otherPolicy = '1.3.6.1.4.1.99999.2'

/** A certificate of a chain before it is signed; the root first. */
interface Link extends Partial<CertificateDraft> {
  readonly cn: string
  readonly key: number
  /** Signed with another key than that of its issuer. */
  readonly byKey?: number
}

type Fault = (chain: Link[], random: () => number) => void

const within = (random: () => number, from: number, to: number) => from + Math.floor(random() * (to - from))
const change = (chain: Link[], index: number, part: Partial<Link>) => {
  chain[index] = { ...chain[index]!, ...part }
}
/** Any authority, or any but the root. */
const authority = (chain: Link[], random: () => number) => within(random, 0, chain.length - 1)
const intermediate = (chain: Link[], random: () => number) => within(random, 1, Math.max(2, chain.length - 1))

const subtree = (value: string, type: 'rfc822Name' | 'dNSName' = 'rfc822Name') => [{ base: { type, value } as const }]

/** What may be wrong with a chain, or only look so. Each changes what it says and nothing else. */
const faults: Readonly<Record<string, Fault>> = {
  'end expired': (chain) => change(chain, chain.length - 1, { notAfter: now - day }),
  'end not yet valid': (chain) => change(chain, chain.length - 1, { notBefore: now + day }),
  'authority expired': (chain, random) => change(chain, authority(chain, random), { notAfter: now - day }),
  'authority not yet valid': (chain, random) => change(chain, authority(chain, random), { notBefore: now + day }),
  'no authority': (chain, random) => change(chain, intermediate(chain, random), { cA: false }),
  'no certificates to sign': (chain, random) => change(chain, intermediate(chain, random), { keyUsage: ['cRLSign'] }),
  'path length': (chain, random) =>
    change(chain, authority(chain, random), { pathLenConstraint: within(random, 0, 3) }),
  'address not permitted': (chain, random) =>
    change(chain, authority(chain, random), {
      nameConstraints: { permittedSubtrees: subtree('other.example'), excludedSubtrees: [] },
    }),
  'address permitted': (chain, random) =>
    change(chain, authority(chain, random), {
      nameConstraints: { permittedSubtrees: subtree('clinic.example'), excludedSubtrees: [] },
    }),
  'address excluded': (chain, random) =>
    change(chain, authority(chain, random), {
      nameConstraints: { permittedSubtrees: [], excludedSubtrees: subtree('ann@clinic.example') },
    }),
  'host constrained, and none named': (chain, random) =>
    change(chain, authority(chain, random), {
      nameConstraints: { permittedSubtrees: subtree('other.example', 'dNSName'), excludedSubtrees: [] },
    }),
  'policy required and there': (chain, random) => {
    for (let index = 1; index < chain.length; index++) change(chain, index, { certificatePolicies: [testPolicy] })
    change(chain, intermediate(chain, random), { policyConstraints: { requireExplicitPolicy: 0 } })
  },
  'policy required and missing': (chain, random) => {
    for (let index = 1; index < chain.length - 1; index++) change(chain, index, { certificatePolicies: [testPolicy] })
    change(chain, intermediate(chain, random), { policyConstraints: { requireExplicitPolicy: 0 } })
  },
  'policy required and another': (chain, random) => {
    for (let index = 1; index < chain.length; index++) change(chain, index, { certificatePolicies: [testPolicy] })
    change(chain, chain.length - 1, { certificatePolicies: [otherPolicy] })
    change(chain, intermediate(chain, random), { policyConstraints: { requireExplicitPolicy: within(random, 0, 3) } })
  },
  'policy mapped': (chain, random) => {
    for (let index = 1; index < chain.length; index++) change(chain, index, { certificatePolicies: [testPolicy] })
    change(chain, chain.length - 1, { certificatePolicies: [otherPolicy] })
    const mapping = { issuerDomainPolicy: testPolicy, subjectDomainPolicy: otherPolicy }
    const inhibit = random() < 0.5 ? { inhibitPolicyMapping: 0 } : {}
    change(chain, 1, { policyConstraints: { requireExplicitPolicy: 0, ...inhibit } })
    change(chain, chain.length - 2, { policyMappings: [mapping] })
  },
  'any policy, inhibited or not': (chain, random) => {
    for (let index = 1; index < chain.length; index++) change(chain, index, { certificatePolicies: ['2.5.29.32.0'] })
    change(chain, chain.length - 1, { certificatePolicies: [testPolicy] })
    change(chain, 1, { inhibitAnyPolicy: within(random, 0, 3), policyConstraints: { requireExplicitPolicy: 0 } })
  },
  'critical and unknown': (chain, random) => {
    const index = within(random, 1, chain.length)
    change(chain, index, { extensions: [{ oid: '1.3.6.1.4.1.99999.3', critical: true, value: Uint8Array.of(5, 0) }] })
  },
  'unknown and not critical': (chain, random) => {
    const index = within(random, 1, chain.length)
    change(chain, index, { extensions: [{ oid: '1.3.6.1.4.1.99999.3', critical: false, value: Uint8Array.of(5, 0) }] })
  },
  'another key signed': (chain, random) => {
    const index = within(random, 1, chain.length)
    change(chain, index, { byKey: (chain[index - 1]!.key + 1) % 4 })
  },
  'another purpose': (chain, random) => change(chain, within(random, 1, chain.length), { extKeyUsage: [server] }),
}

/** Refused by OpenSSL and accepted by us, with the reason. */
const reasons: Readonly<Record<string, string>> = {}

async function keys() {
  return Promise.all(
    Array.from({ length: 4 }, async () => {
      const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
      const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
      const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
      return { publicKey, signer: createSigner(crypto, parsePrivateKey(pkcs8)) }
    }),
  )
}

interface Chain {
  readonly fault: string
  readonly certificates: readonly Certificate[]
}

async function chainOf(number: number, random: () => number, pool: Awaited<ReturnType<typeof keys>>): Promise<Chain> {
  const names = Object.keys(faults)
  // A third of them is as it should be.
  const fault = random() < 0.33 ? 'none' : names[within(random, 0, names.length)]!
  const depth = within(random, 1, 4)
  const links: Link[] = Array.from({ length: depth + 2 }, (_, index) => ({
    cn: `${number} ${index}`,
    key: within(random, 0, 4),
    ...(index <= depth
      ? { cA: true, keyUsage: ['keyCertSign', 'cRLSign'] as const }
      : {
          keyUsage: ['digitalSignature'] as const,
          subjectAltName: [{ type: 'rfc822Name', value: 'ann@clinic.example' }] as const,
          extKeyUsage: [mail],
        }),
  }))
  faults[fault]?.(links, random)
  const certificates: Certificate[] = []
  for (const [index, { cn, key, byKey, ...draft }] of links.entries()) {
    const issuer = links[Math.max(0, index - 1)]!
    const whole = {
      serialNumber: BigInt(index + 1),
      issuer: buildName([['CN', issuer.cn]]),
      subject: buildName([['CN', cn]]),
      notBefore: now - 30 * day,
      notAfter: now + 30 * day,
      publicKey: pool[key]!.publicKey,
      ...draft,
    }
    certificates.push(parseCertificate(await buildCertificate(whole, pool[byKey ?? issuer.key]!.signer)))
  }
  return { fault, certificates }
}

const ours: PathPolicy = { ...policy, clockSkewMs: 0, extKeyUsages: [mail] }

describe.skipIf(!needs('openssl'))('chains at random, judged by us and by OpenSSL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chains-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Whether OpenSSL accepts each: a hundred in one run, since no two have a name in common. */
  function opensslVerdicts(chains: readonly Chain[]): readonly boolean[] {
    const pem = (certificates: readonly Certificate[]) =>
      certificates.map(({ bytes }) => encodePem('CERTIFICATE', bytes)).join('')
    writeFileSync(join(folder, 'roots'), pem(chains.map(({ certificates }) => certificates[0]!)))
    writeFileSync(join(folder, 'between'), pem(chains.flatMap(({ certificates }) => certificates.slice(1, -1))))
    const ends = chains.map(({ certificates }, index) => {
      writeFileSync(join(folder, `end${index}`), pem(certificates.slice(-1)))
      return `end${index}`
    })
    const options = [
      '-CAfile',
      'roots',
      '-untrusted',
      'between',
      '-attime',
      String(now / 1000),
      '-purpose',
      'smimesign',
    ]
    const command = `openssl verify ${options.join(' ')} -policy_check -policy anyPolicy ${ends.join(' ')} 2>/dev/null || true`
    const output = execFileSync('bash', ['-c', command], { cwd: folder, maxBuffer: 1 << 24 }).toString()
    const accepted = new Set([...output.matchAll(/^(end\d+): OK$/gm)].map(([, name]) => name))
    return ends.map((name) => accepted.has(name))
  }

  test(`${count} chains: nothing is accepted that OpenSSL refuses`, { timeout: 600_000 }, async () => {
    const random = randomFrom(20_261_125)
    const pool = await keys()
    const caches = createPathCaches()
    const codes = new Map<string, number>()
    const faultsSeen = new Map<string, number>()
    const wrong: string[] = []
    const stricter = new Map<string, number>()
    for (let from = 0; from < count; from += chainsPerRun) {
      const chains: Chain[] = []
      for (let index = 0; index < chainsPerRun; index++) chains.push(await chainOf(from + index, random, pool))
      const theirs = opensslVerdicts(chains)
      for (const [index, { fault, certificates }] of chains.entries()) {
        const [root, ...rest] = certificates
        const between = rest.slice(0, -1).sort(() => random() - 0.5)
        const evidence = { crypto, at: now, anchors: [anchorOf(root!)], certificates: between, caches }
        const verdict = await buildPath(rest.at(-1)!, evidence, ours)
        const code = verdict.ok ? 'accepted' : verdict.code
        codes.set(code, (codes.get(code) ?? 0) + 1)
        faultsSeen.set(fault, (faultsSeen.get(fault) ?? 0) + 1)
        if (verdict.ok && !theirs[index] && !(fault in reasons)) wrong.push(`${from + index}: ${fault}`)
        if (!verdict.ok && theirs[index])
          stricter.set(`${fault}: ${code}`, (stricter.get(`${fault}: ${code}`) ?? 0) + 1)
      }
    }
    console.info('differential: answers', Object.fromEntries([...codes].sort()))
    console.info('differential: faults', Object.fromEntries([...faultsSeen].sort()))
    console.info('differential: refused by us alone', Object.fromEntries(stricter))
    expect(wrong).toEqual([])
    expect(codes.get('accepted')! / count).toBeGreaterThan(0.3)
    if (count < 10_000) return
    const rare = [...codes].filter(([, times]) => times < 50)
    expect(rare).toEqual([])
  })
})
