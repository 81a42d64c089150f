import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import type { PathPolicy } from '../../../src/path/index.js'
import { borrowed } from '../../helpers/borrowed.node.js'
import { now } from '../../helpers/issue.js'
import { policy } from '../fixtures.js'
import { answerTo, compareSuite, type Difference, pemBlocks, type SuiteCase } from './suite.node.js'

interface Row {
  readonly id: string
  readonly title: string
  readonly expected: 'accept' | 'reject'
  readonly leaf: string
  readonly purpose: string
  readonly trusted: readonly string[]
  readonly untrusted: readonly string[]
  /** As `openssl verify` takes them. */
  readonly options: readonly string[]
  readonly note?: string
}

const differences: readonly Difference[] = [
  {
    ids: ['064 fail client purpose'],
    answer: 'accepted',
    why: 'the root leads there as well; OpenSSL does not turn back from an anchor that is for clients',
  },
  {
    ids: ['089 reject non-ca with pathlen:0 with strict flag'],
    answer: 'accepted',
    why: 'a rule for issuers, which OpenSSL looks at when it is asked to be strict',
  },
  {
    ids: ['164 reject X25519 EE cert in strict mode since AKID is missing'],
    answer: 'accepted',
    why: 'the same: key identifiers are hints',
  },
  {
    ids: [
      '092 fail timestampsign according to CAB forum with serverAuth',
      '095 fail timestampsign according to CAB forum with keyCertSign',
      '097 fail timestampsign according to RFC 3161 with extendedKeyUsage not critical',
    ],
    answer: 'not asked',
    why: 'what an authority for timestamps must be, beyond a path',
  },
  {
    ids: ['100 accept proxy cert 1'],
    answer: 'refused',
    why: 'proxy certificates (RFC 3820) are issued by end entities; this library does not know them',
  },
  {
    ids: ['118 accept md5 leaf at auth level 0'],
    answer: 'refused',
    why: 'no WebCrypto has MD5',
  },
  {
    ids: ['142 Name Constraints CN BMPSTRING hostname not permitted'],
    answer: 'accepted',
    why: 'a common name is no host: nothing in mail reads it as one',
  },
  {
    ids: ['147 Name constraints bad othername name constraint'],
    answer: 'refused',
    why: 'an SmtpUTF8Mailbox that is no text cannot be compared; OpenSSL 3.0 refuses it, too',
  },
  {
    ids: ['160 Public Key Algorithm rsa instead of rsaEncryption'],
    answer: 'refused',
    why: 'keys of RSA are rsaEncryption (RFC 3279 §2.3.1)',
  },
  {
    ids: ['167 fail trusted Ed25519-signed self-issued X25519 cert'],
    answer: 'accepted',
    why: 'a certificate that is itself an anchor is trusted as it is (AS-63); OpenSSL wants to end at a root',
  },
]

const purposes: Readonly<Record<string, string>> = {
  sslserver: '1.3.6.1.5.5.7.3.1',
  sslclient: '1.3.6.1.5.5.7.3.2',
  timestampsign: '1.3.6.1.5.5.7.3.8',
}

/** `-auth_level` is a size of RSA keys, and at 0 the digests that are broken. */
function algorithmsOf(level = 1): PathPolicy['algorithms'] {
  const { digests } = policy.algorithms
  return {
    ...policy.algorithms,
    digests: level === 0 ? ['SHA-1', ...digests] : digests,
    minRsaBits: [512, 1024, 2048, 3072][level]!,
    curves: [...policy.algorithms.curves, 'X25519'],
  }
}

function policyOf({ purpose, options }: Row): Partial<PathPolicy> {
  const after = (name: string) => options[options.indexOf(name) + 1]
  const has = (name: string) => options.includes(name)
  return {
    ...(purpose && { extKeyUsages: [purposes[purpose]!] }),
    ...(has('-policy') && { initialPolicySet: [after('-policy')!] }),
    ...(has('-explicit_policy') && { initialExplicitPolicy: true }),
    algorithms: algorithmsOf(has('-auth_level') ? Number(after('-auth_level')) : undefined),
    budget: {
      // As many as OpenSSL compares.
      comparisons: 2 ** 20,
      ...(has('-verify_depth') && { pathLength: Number(after('-verify_depth')) + 1 }),
    },
  }
}

function caseOf(row: Row): SuiteCase {
  const { id, title, expected, leaf, trusted, untrusted, options } = row
  const read = (name: string) =>
    pemBlocks(readFileSync(join(borrowed!, 'openssl-verify-certs', 'files', `${name}.pem`), 'latin1'))
  const time = options.indexOf('-attime')
  return {
    id: `${id} ${title}`,
    expected: expected === 'accept' ? 'accepted' : 'refused',
    answer: () =>
      answerTo(
        {
          certificate: read(leaf)[0]!,
          certificates: untrusted.flatMap(read),
          anchors: trusted.flatMap(read),
          at: time < 0 ? now : Number(options[time + 1]) * 1000,
        },
        policyOf(row),
      ),
  }
}

describe.skipIf(!borrowed)('the certificates of the tests of openssl verify', () => {
  test('every case has the answer of its publisher, save those with a reason', async () => {
    const file = join(borrowed!, 'openssl-verify-certs', 'files', 'verify-cases.json')
    const rows: readonly Row[] = JSON.parse(readFileSync(file, 'utf8'))
    const trusted = rows.filter(({ note }) => note).map(({ id, title }) => `${id} ${title}`)
    await compareSuite('openssl verify', rows.map(caseOf), [
      ...differences,
      { ids: trusted, answer: 'not asked', why: 'uses the TRUSTED CERTIFICATE of OpenSSL, which nobody else reads' },
    ])
  })
})
