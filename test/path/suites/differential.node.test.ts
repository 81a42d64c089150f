import { describe, expect, test } from 'vitest'
import { equal } from '../../../src/bytes/index.js'
import { unlessThrown } from '../../../src/errors/index.js'
import { anchorOf, buildPath, createPathCaches, type PathPolicy, type PathVerdict } from '../../../src/path/index.js'
import { type Certificate, parseCertificate, X509Error } from '../../../src/x509/index.js'
import { now } from '../../helpers/issue.js'
import { needs } from '../../helpers/needs.node.js'
import { policy } from '../fixtures.js'
import { type Chain, issueChain, makeKeys } from './differential/issue-chain.js'
import { opensslVerdicts } from './differential/openssl.node.js'
import { mail, randomFrom, specificationOf } from './differential/specification.js'

// Chains made at random and signed as they should be, judged by us and by OpenSSL. OpenSSL is given the chain alone; we are
// given it in any order, sometimes among certificates that look alike.

/** Chains that are made; `npm run check:differential` makes ten thousand. */
const count = Number(process.env.CHAINS ?? 500)
const chainsPerRun = 250

interface Difference {
  /** All of these were done to the chain. */
  readonly deeds: readonly string[]
  /** What we say. */
  readonly answer: string
  readonly why: string
}

const differences: readonly Difference[] = [
  {
    deeds: ['another key signed', 'new key, same name'],
    answer: 'accepted',
    why: 'the other key is that of an authority of the same name: to us key identifiers are hints, OpenSSL believes them',
  },
]

/** Every rule that a chain of these can break; each must have been the one that decided, often. */
const rules: readonly string[] = [
  'anchor-expired',
  'certificate-expired',
  'certificate-not-yet-valid',
  'critical-extension-unknown',
  'issuer-not-usable: certificate-expired',
  'issuer-not-usable: certificate-not-yet-valid',
  'issuer-not-usable: critical-extension-unknown',
  'issuer-signature-wrong',
  'name-not-allowed',
  'not-a-ca',
  'path-too-long',
  'policy-mapping-not-allowed',
  'policy-required',
  'wrong-purpose',
]

const ours: PathPolicy = { ...policy, clockSkewMs: 0, extKeyUsages: [mail] }

describe.skipIf(!needs('openssl'))('chains at random', async () => {
  const keys = await makeKeys()
  const caches = createPathCaches()

  function judge(end: Certificate, root: Certificate, certificates: readonly Certificate[]): Promise<PathVerdict> {
    return buildPath(end, { crypto, at: now, anchors: [anchorOf(root)], certificates, caches }, ours)
  }

  test(`${count} chains have the answer of OpenSSL`, { timeout: 600_000 }, async () => {
    const random = randomFrom(20_261_125)
    const tally = new Map<string, number>()
    const counted = (name: string) => tally.set(name, (tally.get(name) ?? 0) + 1)
    const wrong: string[] = []
    for (let from = 0; from < count; from += chainsPerRun) {
      const numbers = Array.from({ length: Math.min(chainsPerRun, count - from) }, (_, index) => from + index)
      const specifications = numbers.map((number) => specificationOf(number, random))
      const chains = await Promise.all(specifications.map((specification) => issueChain(specification, keys)))
      const theirs = await opensslVerdicts(chains)
      for (const [index, { specification, certificates, lookalikes }] of chains.entries()) {
        const between = shuffled([...certificates.slice(1, -1), ...lookalikes], random)
        const code = codeOf(await judge(certificates.at(-1)!, certificates[0]!, between))
        counted(code)
        if ((code === 'accepted') === theirs[index]) continue
        const reason = differences.find(
          ({ deeds, answer }) => answer === code && deeds.every((deed) => specification.deeds.includes(deed)),
        )
        counted(reason ? `differs: ${reason.deeds.join(', ')}` : 'unexplained')
        if (!reason)
          wrong.push(`chain ${numbers[index]}: ${code} by us, not by OpenSSL; ${specification.deeds.join(', ')}`)
      }
    }
    console.info(`differential: ${count} chains`, Object.fromEntries([...tally].sort()))
    expect(wrong).toEqual([])
    expect(tally.get('accepted')! / count).toBeGreaterThan(0.3)
    const atLeast = Math.floor(count / 200)
    expect(rules.filter((rule) => (tally.get(rule) ?? 0) < atLeast)).toEqual([])
  })

  test('no chain is accepted after one of its bits was turned', { timeout: 120_000 }, async () => {
    const random = randomFrom(20_261_126)
    const specification = { ...specificationOf(0, () => 0), lookalikes: false }
    const chain = await issueChain(specification, keys)
    const { certificates } = chain
    expect(codeOf(await judge(certificates.at(-1)!, certificates[0]!, certificates.slice(1, -1)))).toBe('accepted')
    const accepted: string[] = []
    let readable = 0
    for (let turn = 0; turn < count; turn++) {
      const { index, bit, turned } = withBitTurned(chain, random)
      if (!turned) continue
      readable++
      const all = certificates.map((certificate, at) => (at === index ? turned : certificate))
      const code = codeOf(await judge(all.at(-1)!, all[0]!, all.slice(1, -1)))
      if (code === 'accepted' && !isSameSigned(turned, certificates[index]!))
        accepted.push(`bit ${bit} of certificate ${index}`)
    }
    expect(accepted).toEqual([])
    expect(readable).toBeGreaterThan(count / 10)
  })
})

/** The code, and for an issuer what is wrong with it. */
function codeOf(verdict: PathVerdict): string {
  if (verdict.ok) return 'accepted'
  const inside = verdict.code === 'issuer-not-usable' ? verdict.explanation.steps[0]?.steps?.[0]?.code : undefined
  return inside ? `${verdict.code}: ${inside}` : verdict.code
}

function shuffled<Value>(values: readonly Value[], random: () => number): readonly Value[] {
  const keyed = values.map((value) => [random(), value] as const)
  return keyed.sort(([one], [other]) => one - other).map(([, value]) => value)
}

/** One certificate below the root with one bit turned, when it can still be read. */
function withBitTurned({ certificates }: Chain, random: () => number) {
  const index = 1 + Math.floor(random() * (certificates.length - 1))
  const bytes = Uint8Array.from(certificates[index]!.bytes)
  const bit = Math.floor(random() * bytes.length * 8)
  bytes[bit >> 3]! ^= 1 << (bit & 7)
  return { index, bit, turned: unlessThrown(X509Error, () => parseCertificate(bytes)) }
}

/** Whether the same was signed with the same signature: only the count of unused bits before the signature differs then. */
function isSameSigned(one: Certificate, other: Certificate): boolean {
  const fields = ['tbsCertificate', 'signature'] as const
  return fields.every((field) => equal(one[field], other[field]))
}
