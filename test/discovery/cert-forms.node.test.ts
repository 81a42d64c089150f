import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeBase64, decodeHex, encodeBase64, encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import { findCertificates } from '../../src/discovery/index.js'
import { createDnsResolver } from '../../src/node/index.js'
import { borrowed, borrowedFiles } from '../helpers/borrowed.node.js'
import { issueMailbox } from '../helpers/issue.js'
import { type NameServer, startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'
import { marksOf, takingAllBut } from './world.js'

/** What comes of a record, as the trace of a search has it. */
const traces = {
  certificate: ['passed dns-records', ': passed candidate-taken'],
  url: ['skipped url-not-asked', 'passed dns-records', 'failed ldap-not-offered'],
  other: ['passed dns-records', ': skipped record-of-other-type', 'failed ldap-not-offered'],
} as const

/** What BIND has under a name: as our resolver reads it, as `dig` shows its octets, and what a search takes out of it. */
async function published(name: string, { server }: NameServer) {
  const resolver = createDnsResolver({ servers: [server], timeoutMs: 2000 })
  const { records } = await resolver.resolve({ name, type: 'CERT' })
  const ports = { resolver, random: () => 0 }
  const { certificates, steps } = await findCertificates({ address: name, judge: takingAllBut() }, ports)
  const [host = '', port = ''] = server.split(':')
  const generic = ['+tcp', '+short', '+unknownformat', 'CERT', name]
  const shown = execFileSync('dig', [`@${host}`, '-p', port, ...generic]).toString()
  // \# LENGTH OCTETS (RFC 3597 §5)
  const [, , ...hex] = shown.trim().toLowerCase().split(/\s+/)
  return { records, octets: decodeHex(hex.join('')), certificates, trace: marksOf(steps) }
}

/** The octets of a record's data. @see RFC 4398 §2 */
function octetsOf(certificateType: number, keyTag: number, algorithm: number, data: Uint8Array): Uint8Array {
  const numbers = [certificateType, keyTag].flatMap((number) => [number >> 8, number & 0xff])
  return Uint8Array.from([...numbers, algorithm, ...data])
}

interface Form {
  readonly comment: string
  /** As it is written, and as a number. @see RFC 4398 §2.1 */
  readonly type: readonly [written: string, number: number]
  readonly algorithm?: readonly [written: string, number: number]
  /** Default: a certificate. */
  readonly data?: (certificate: Uint8Array) => Uint8Array
  readonly gives: keyof typeof traces
}

const url = encodeUtf8('http://certs.direct.example/bob.cer')
const forms: readonly Form[] = [
  { comment: 'a certificate', type: ['PKIX', 1], gives: 'certificate' },
  { comment: 'its type in figures', type: ['1', 1], gives: 'certificate' },
  { comment: 'an algorithm by name', type: ['PKIX', 1], algorithm: ['RSASHA256', 8], gives: 'certificate' },
  { comment: 'a private algorithm', type: ['PKIX', 1], algorithm: ['PRIVATEOID', 254], gives: 'certificate' },
  {
    comment: 'an object identifier before it (§2.3)',
    type: ['PKIX', 1],
    data: (certificate) => Uint8Array.of(3, 0x55, 4, 0x24, ...certificate),
    gives: 'certificate',
  },
  { comment: 'an SPKI certificate', type: ['SPKI', 2], gives: 'other' },
  { comment: 'an OpenPGP packet', type: ['PGP', 3], gives: 'other' },
  { comment: 'where a certificate lies', type: ['IPKIX', 4], data: () => url, gives: 'url' },
  { comment: 'where an SPKI certificate lies', type: ['ISPKI', 5], data: () => url, gives: 'other' },
  { comment: 'where an OpenPGP packet lies', type: ['IPGP', 6], data: () => url, gives: 'other' },
  { comment: 'an attribute certificate', type: ['ACPKIX', 7], gives: 'other' },
  { comment: 'where an attribute certificate lies', type: ['IACPKIX', 8], data: () => url, gives: 'other' },
  { comment: 'a private form', type: ['URI', 253], data: () => Uint8Array.of(...url, 0), gives: 'url' },
  { comment: 'a private form by object identifier', type: ['OID', 254], gives: 'other' },
  { comment: 'an experiment', type: ['65280', 65_280], gives: 'other' },
]

describe.skipIf(!needs('bind'))('CERT records in every form that a zone file has for them (RFC 4398 §2)', () => {
  let bind: NameServer
  let certificate: Uint8Array
  const nameOf = (form: Form) => `form${forms.indexOf(form)}.direct.example`
  const dataOf = ({ data }: Form) => data?.(certificate) ?? certificate

  beforeAll(async () => {
    certificate = (await issueMailbox('bob@direct.example', { cn: 'Bob' })).bytes
    const lines = forms.map(
      (form) => `${nameOf(form)}. CERT ${form.type[0]} 65535 ${form.algorithm?.[0] ?? 0} ${encodeBase64(dataOf(form))}`,
    )
    const octets = octetsOf(1, 0, 0, certificate)
    lines.push(`unknown.direct.example. TYPE37 \\# ${octets.length} ${encodeHex(octets)}`)
    bind = await startNameServer({ 'direct.example': lines.join('\n') })
  }, 60_000)
  afterAll(() => bind.stop())

  test.each(forms)('$type: $comment', async (form) => {
    const { records, octets, certificates, trace } = await published(nameOf(form), bind)
    const [certificateType, algorithm] = [form.type[1], form.algorithm?.[1] ?? 0]
    const data = dataOf(form)
    expect(records).toMatchObject([{ type: 'CERT', certificateType, keyTag: 65_535, algorithm, data }])
    expect(octets).toEqual(octetsOf(certificateType, 65_535, algorithm, data))
    expect(certificates.map(({ bytes }) => bytes)).toEqual(form.gives === 'certificate' ? [certificate] : [])
    expect(trace).toEqual(traces[form.gives])
  })

  test('in the form of types that are not known', async () => {
    const { records, trace } = await published('unknown.direct.example', bind)
    expect(records).toMatchObject([{ certificateType: 1, keyTag: 0, algorithm: 0, data: certificate }])
    expect(trace).toEqual(traces.certificate)
  })
})

const experiment = {
  name: 'cert01.example',
  record: { certificateType: 65_534, keyTag: 65_535, algorithm: 254 },
  gives: 'other',
  reason: 'Its type is one for experiments (RFC 4398 §2.1): there is nothing in it that could be read.',
} as const

/** The CERT records of each zone file that was borrowed, and what is taken out of them. */
const zoneFiles = [
  { file: 'example', records: [experiment] },
  { file: 'example1.good', records: [experiment] },
  { file: 'example2.good', records: [experiment] },
  { file: 'example3.good', records: [experiment] },
  { file: 'example4.good', records: [experiment] },
]

describe.skipIf(!borrowed || !needs('bind'))('the CERT records of zone files that others published', () => {
  test('there are no other files', () => {
    expect(borrowedFiles('dns-cert-zones', '').map(({ name }) => name)).toEqual(zoneFiles.map(({ file }) => file))
  })

  test.each(zoneFiles)('$file', async ({ file, records: wanted }) => {
    const path = borrowedFiles('dns-cert-zones', file)[0]!.path
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => /^[^;]*\sCERT\s/.test(line))
    expect(lines).toHaveLength(wanted.length)
    const bind = await startNameServer({ example: lines.join('\n') })
    try {
      for (const [index, { name, record, gives }] of wanted.entries()) {
        const { records, octets, trace } = await published(name, bind)
        const [, written = ''] = /CERT\s+\S+\s+\S+\s+\S+\s+(.*)$/.exec(lines[index]!) ?? []
        const data = decodeBase64(written.replace(/\s/g, ''))
        expect(records).toMatchObject([{ type: 'CERT', ...record, data }])
        expect(octets).toEqual(octetsOf(record.certificateType, record.keyTag, record.algorithm, data))
        expect(trace).toEqual(traces[gives])
      }
    } finally {
      await bind.stop()
    }
  })
})
