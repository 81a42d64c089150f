import { der, type Oid, parseAsn1 } from '../../../../src/asn1/index.js'
import { buildName, type CertificateDraft, type GeneralName, parseName } from '../../../../src/x509/index.js'
import { now } from '../../../helpers/issue.js'

/** A certificate of a chain before it is signed; the root comes first. */
export interface Link extends Partial<CertificateDraft> {
  readonly cn: string
  /** Which of the keys is its own. */
  readonly ownKey: number
  /** Signed with another key than that of its issuer. */
  readonly byKey?: number
  /** An extension that is written critical where it otherwise is not, or the other way round. */
  readonly flipped?: Oid
}

/** What a chain is to be, and the deeds that made it so: none, or some of {@link deeds}. */
export interface Specification {
  readonly deeds: readonly string[]
  readonly links: readonly Link[]
  /** Whether others of the same names are handed over beside it, none of which leads to the root. */
  readonly lookalikes: boolean
}

export const keyCount = 4
const day = 86_400_000
export const mail: Oid = '1.3.6.1.5.5.7.3.4'
const server: Oid = '1.3.6.1.5.5.7.3.1'
const anyPolicy: Oid = '2.5.29.32.0'
const policies: readonly Oid[] = ['1.3.6.1.4.1.99999.1', '1.3.6.1.4.1.99999.2', '1.3.6.1.4.1.99999.3']
const unknownExtension: Oid = '1.3.6.1.4.1.99999.9'

type Random = () => number
type Deed = (chain: Link[], random: Random) => void

const within = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from))
const oneOf = <Value>(random: Random, values: readonly Value[]): Value => values[within(random, 0, values.length)]!
const some = <Value>(random: Random, values: readonly Value[]) => values.filter(() => random() < 0.4)
const change = (chain: Link[], index: number, part: Partial<Link>) => {
  chain[index] = { ...chain[index]!, ...part }
}
/** Any authority, or any but the root, or any but the root with the end. */
const authority = (chain: Link[], random: Random) => within(random, 0, chain.length - 1)
const intermediate = (chain: Link[], random: Random) => within(random, 1, chain.length - 1)
const issued = (chain: Link[], random: Random) => within(random, 1, chain.length)

const directoryName = (organization: string): GeneralName => ({
  type: 'directoryName',
  name: parseName(parseAsn1(der.encode(buildName([['O', organization]])))),
})
const names: readonly GeneralName[] = [
  { type: 'dNSName', value: 'www.clinic.example' },
  { type: 'iPAddress', octets: Uint8Array.of(192, 0, 2, 7) },
  { type: 'uniformResourceIdentifier', value: 'https://www.clinic.example/ann' },
  { type: 'rfc822Name', value: 'bob@post.clinic.example' },
]
const bases: readonly GeneralName[] = [
  { type: 'rfc822Name', value: 'clinic.example' },
  { type: 'rfc822Name', value: '.clinic.example' },
  { type: 'rfc822Name', value: '.example' },
  { type: 'rfc822Name', value: 'ann@clinic.example' },
  { type: 'rfc822Name', value: 'other.example' },
  { type: 'dNSName', value: 'clinic.example' },
  { type: 'dNSName', value: 'www.clinic.example' },
  { type: 'dNSName', value: 'other.example' },
  { type: 'iPAddress', octets: Uint8Array.of(192, 0, 2, 0, 255, 255, 255, 0) },
  { type: 'iPAddress', octets: Uint8Array.of(198, 51, 100, 0, 255, 255, 255, 0) },
  { type: 'uniformResourceIdentifier', value: '.clinic.example' },
  { type: 'uniformResourceIdentifier', value: 'other.example' },
  directoryName('Clinic'),
  directoryName('Other'),
]
const base = (value: string) => [{ base: { type: 'rfc822Name', value } as const }]

/** What is done to a chain. Some break it, some only look as if they did, for some it depends on the rest. */
const deeds: Readonly<Record<string, Deed>> = {
  'end expired': (chain) => change(chain, chain.length - 1, { notAfter: now - day }),
  'end not yet valid': (chain) => change(chain, chain.length - 1, { notBefore: now + day }),
  'authority expired': (chain, random) => change(chain, authority(chain, random), { notAfter: now - day }),
  'authority not yet valid': (chain, random) => change(chain, authority(chain, random), { notBefore: now + day }),
  'valid to the second': (chain, random) =>
    change(chain, within(random, 0, chain.length), oneOf(random, [{ notBefore: now }, { notAfter: now + 1000 }])),
  'no authority': (chain, random) => change(chain, intermediate(chain, random), { cA: false }),
  'no certificates to sign': (chain, random) => change(chain, intermediate(chain, random), { keyUsage: ['cRLSign'] }),
  'path length': (chain, random) =>
    change(chain, authority(chain, random), { pathLenConstraint: within(random, 0, 2) }),
  'address not permitted': (chain, random) =>
    change(chain, authority(chain, random), {
      nameConstraints: { permittedSubtrees: base('other.example'), excludedSubtrees: [] },
    }),
  'address excluded': (chain, random) =>
    change(chain, authority(chain, random), {
      nameConstraints: { permittedSubtrees: [], excludedSubtrees: base('ann@clinic.example') },
    }),
  'names and constraints': (chain, random) => {
    const { subjectAltName = [] } = chain.at(-1)!
    change(chain, chain.length - 1, { subjectAltName: [...subjectAltName, ...some(random, names)] })
    for (let times = within(random, 1, 3); times > 0; times--) {
      const subtrees = () => [{ base: oneOf(random, bases) }, { base: oneOf(random, bases) }]
      const nameConstraints = {
        permittedSubtrees: random() < 0.6 ? subtrees() : [],
        excludedSubtrees: random() < 0.3 ? subtrees() : [],
      }
      const isNone = nameConstraints.permittedSubtrees.length + nameConstraints.excludedSubtrees.length === 0
      if (!isNone) change(chain, authority(chain, random), { nameConstraints })
    }
  },
  'policies and constraints': (chain, random) => {
    for (let index = 1; index < chain.length; index++) {
      const certificatePolicies = [...new Set([policies[0]!, ...some(random, [...policies, anyPolicy])])]
      if (random() < 0.9) change(chain, index, { certificatePolicies })
    }
    const requireExplicitPolicy = within(random, 0, 4)
    change(chain, intermediate(chain, random), { policyConstraints: { requireExplicitPolicy } })
  },
  'policy required and another': (chain, random) => {
    for (let index = 1; index < chain.length; index++) change(chain, index, { certificatePolicies: [policies[0]!] })
    change(chain, chain.length - 1, { certificatePolicies: [policies[1]!] })
    const requireExplicitPolicy = within(random, 0, 3)
    change(chain, intermediate(chain, random), { policyConstraints: { requireExplicitPolicy } })
  },
  'policy mapped': (chain, random) => {
    for (let index = 1; index < chain.length; index++) change(chain, index, { certificatePolicies: [policies[0]!] })
    change(chain, chain.length - 1, { certificatePolicies: [policies[1]!] })
    const inhibit = random() < 0.5 ? { inhibitPolicyMapping: within(random, 0, 2) } : {}
    change(chain, 1, { policyConstraints: { requireExplicitPolicy: 0, ...inhibit } })
    const mapping = { issuerDomainPolicy: policies[0]!, subjectDomainPolicy: oneOf(random, policies.slice(1)) }
    change(chain, chain.length - 2, { policyMappings: [mapping] })
  },
  'any policy mapped': (chain, random) => {
    const [one, other] = random() < 0.5 ? [anyPolicy, policies[0]!] : [policies[0]!, anyPolicy]
    const policyMappings = [{ issuerDomainPolicy: one, subjectDomainPolicy: other }]
    change(chain, intermediate(chain, random), { certificatePolicies: [policies[0]!], policyMappings })
  },
  'any policy, inhibited or not': (chain, random) => {
    for (let index = 1; index < chain.length; index++) change(chain, index, { certificatePolicies: [anyPolicy] })
    change(chain, chain.length - 1, { certificatePolicies: [policies[0]!] })
    const inhibitAnyPolicy = within(random, 0, 3)
    change(chain, 1, { inhibitAnyPolicy, policyConstraints: { requireExplicitPolicy: 0 } })
  },
  'critical and unknown': (chain, random) =>
    change(chain, issued(chain, random), {
      extensions: [{ oid: unknownExtension, critical: true, value: Uint8Array.of(5, 0) }],
    }),
  'unknown and not critical': (chain, random) =>
    change(chain, issued(chain, random), {
      extensions: [{ oid: unknownExtension, critical: false, value: Uint8Array.of(5, 0) }],
    }),
  'criticality turned round': (chain, random) =>
    change(chain, issued(chain, random), {
      flipped: oneOf(random, ['2.5.29.15', '2.5.29.17', '2.5.29.30', '2.5.29.32', '2.5.29.36', '2.5.29.37']),
    }),
  'another key signed': (chain, random) => {
    const index = issued(chain, random)
    change(chain, index, { byKey: (chain[index - 1]!.ownKey + 1) % keyCount })
  },
  'another purpose': (chain, random) => change(chain, issued(chain, random), { extKeyUsage: [server] }),
  'several purposes': (chain, random) => change(chain, issued(chain, random), { extKeyUsage: [server, mail] }),
  'new key, same name': (chain, random) => {
    const index = intermediate(chain, random)
    const before = chain[index - 1]!
    const { cn } = before
    change(chain, index, { cn, ownKey: (before.ownKey + 1) % keyCount })
  },
}

const deedNames = Object.keys(deeds)

/** The numbered chain: as it should be, or with one, two or three deeds done to it. */
export function specificationOf(number: number, random: Random): Specification {
  const authorities = within(random, 2, 5)
  const links: Link[] = Array.from({ length: authorities }, (_, index) => ({
    cn: `${number} ${index}`,
    ownKey: within(random, 0, keyCount),
    cA: true,
    keyUsage: ['keyCertSign', 'cRLSign'],
  }))
  links.push({
    cn: `${number} end`,
    ownKey: within(random, 0, keyCount),
    keyUsage: ['digitalSignature'],
    extKeyUsage: [mail],
    subjectAltName: [{ type: 'rfc822Name', value: 'ann@clinic.example' }],
  })
  const times = oneOf(random, [0, 0, 0, 1, 1, 1, 1, 1, 2, 3])
  const done = Array.from({ length: times }, () => oneOf(random, deedNames))
  for (const name of done) deeds[name]!(links, random)
  return { deeds: done, links, lookalikes: random() < 0.2 }
}

/** The same numbers each time. @see "mulberry32" */
export function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
