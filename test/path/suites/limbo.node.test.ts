import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import type { PathPolicy } from '../../../src/path/index.js'
import { borrowed, borrowedFiles } from '../../helpers/borrowed.node.js'
import { now } from '../../helpers/issue.js'
import { policy } from '../fixtures.js'
import { isServer } from './server-name.node.js'
import { answerTo, compareSuite, type Difference, pemBlocks, type SuiteCase } from './suite.node.js'

interface Limbo {
  readonly id: string
  readonly expected_result: 'SUCCESS' | 'FAILURE'
  readonly trusted_certs: readonly string[]
  readonly untrusted_intermediates: readonly string[]
  readonly peer_certificate: string
  readonly crls?: readonly string[]
  readonly validation_time: string | null
  readonly expected_peer_name: { readonly kind: string; readonly value: string } | null
  readonly extended_key_usage: readonly string[]
  readonly max_chain_depth: number | null
}

const differences: readonly Difference[] = [
  {
    ids: ['crl::crlnumber-critical', 'crl::crlnumber-missing'],
    answer: 'accepted',
    why: 'a rule for whoever issues lists; RFC 5280 §6.3 takes no account of the number of a complete list',
  },
  {
    ids: ['pathlen::max-chain-depth-1-self-issued'],
    answer: 'refused',
    why: 'our limit is a budget against strangers: it counts every certificate, self-issued ones too',
  },
  {
    ids: ['rfc5280::nc::permitted-dns-match-noncritical', 'rfc5280::pc::ica-noncritical-pc'],
    answer: 'accepted',
    why: 'constraints that should have been critical are obeyed all the same',
  },
  {
    ids: ['rfc5280::nc::not-allowed-in-ee-critical', 'rfc5280::nc::not-allowed-in-ee-noncritical'],
    answer: 'accepted',
    why: 'a rule for issuers: constraints on what an end entity would issue, and it issues nothing',
  },
  {
    ids: ['rfc5280::ee-critical-aia-invalid', 'rfc5280::ski::critical-ski'],
    answer: 'accepted',
    why: 'a rule for issuers: an extension that is understood may be critical',
  },
  {
    ids: ['rfc5280::aki::cross-signed-root-missing-aki'],
    answer: 'accepted',
    why: 'key identifiers are hints, and those of an anchor do not count at all',
  },
  {
    ids: ['rfc5280::ca-empty-subject'],
    answer: 'accepted',
    why: 'a rule for issuers: the empty name is that of an anchor, which somebody decided to trust',
  },
  {
    ids: ['rfc5280::san::noncritical-with-empty-subject'],
    answer: 'accepted',
    why: 'a rule for issuers: alternative names are read whether they are critical or not',
  },
  {
    ids: ['rfc5280::san::underscore-dns'],
    answer: 'accepted',
    why: 'names of hosts with an underscore are in use, and compared octet by octet',
  },
  {
    ids: ['rfc5280::serial::negative', 'rfc5280::serial::zero'],
    answer: 'accepted',
    why: 'a rule for issuers that many broke: users "SHOULD be prepared to gracefully handle" them (RFC 5280 §4.1.2.2)',
  },
]

const purposes: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
}

function policyOf({ extended_key_usage: names, crls = [], max_chain_depth: depth }: Limbo): Partial<PathPolicy> {
  return {
    extKeyUsages: (names.length > 0 ? names : ['serverAuth']).map((name) => purposes[name]!),
    ...(crls.length > 0 && { revocation: { ...policy.revocation, mode: 'required', withoutPointer: 'refused' } }),
    // They count what lies between the end and the anchor, we count the end as well.
    ...(depth !== null && { budget: { pathLength: depth + 1 } }),
  }
}

function caseOf(limbo: Limbo): SuiteCase {
  const { expected_peer_name: name, validation_time: time } = limbo
  const ders = (pems: readonly string[] = []) => pems.flatMap(pemBlocks)
  const input = {
    certificate: pemBlocks(limbo.peer_certificate)[0]!,
    certificates: ders(limbo.untrusted_intermediates),
    anchors: ders(limbo.trusted_certs),
    crls: ders(limbo.crls),
    at: time === null ? now : Date.parse(time),
  }
  return {
    id: limbo.id,
    expected: limbo.expected_result === 'SUCCESS' ? 'accepted' : 'refused',
    answer: () => answerTo(input, policyOf(limbo), (certificate) => !name || isServer(certificate, name.value)),
  }
}

describe.skipIf(!borrowed)('x509-limbo', () => {
  test('every case has the answer of its publisher, save those with a reason', async () => {
    const cases = borrowedFiles('x509-limbo', '.json').map(({ path }) => caseOf(JSON.parse(readFileSync(path, 'utf8'))))
    await compareSuite('x509-limbo', cases, differences)
  })
})
