import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadCertificates } from '../../src/keys/index.js'
import { answerTo, type Question } from './fixtures.js'

const certificateOf = (name: string) =>
  loadCertificates(readFileSync(new URL(`../../vectors/openssl/${name}/cert.pem`, import.meta.url), 'utf8'))[0]!
const clinic = [certificateOf('clinic-ca')]
const hospital = [certificateOf('hospital-ca')]

interface Case extends Partial<Question> {
  readonly who: string
  readonly comment: string
  readonly answer: string
}

describe('certificates that OpenSSL issued', () => {
  const cases: readonly Case[] = [
    { who: 'ann', comment: 'bound to an address', answer: 'path of 1' },
    { who: 'ann', comment: 'before another authority', anchors: hospital, answer: 'no-path' },
    { who: 'hospital-domain', comment: 'bound to a domain', anchors: hospital, answer: 'path of 1' },
    { who: 'carol-signing', comment: 'for signing alone', anchors: hospital, answer: 'path of 1' },
    {
      who: 'ida',
      comment: 'below an authority between',
      certificates: [certificateOf('clinic-issuing-ca')],
      answer: 'path of 2',
    },
    { who: 'ida', comment: 'that authority left out', answer: 'no-path' },
    {
      who: 'ida',
      comment: 'that authority as anchor',
      anchors: [certificateOf('clinic-issuing-ca')],
      answer: 'path of 1',
    },
    { who: 'ida', comment: 'its own anchor', anchors: [certificateOf('ida')], answer: 'path of 1' },
    { who: 'expired', comment: 'expired', answer: 'certificate-expired' },
    { who: 'expired', comment: 'while it was valid', at: Date.UTC(2020, 5, 1), policy: {}, answer: 'path of 1' },
    { who: 'future', comment: 'not valid yet', answer: 'certificate-not-yet-valid' },
    { who: 'short-key', comment: 'a key of 1024 bits', answer: 'key-not-allowed' },
    { who: 'sha1', comment: 'signed with SHA-1', answer: 'signature-algorithm-not-allowed' },
    { who: 'not-a-ca', comment: 'an end entity', answer: 'path of 1' },
    {
      who: 'below-not-a-ca',
      comment: 'issued by that end entity',
      certificates: [certificateOf('not-a-ca')],
      answer: 'not-a-ca',
    },
    {
      who: 'below-not-a-ca',
      comment: 'the end entity as anchor',
      anchors: [certificateOf('not-a-ca')],
      answer: 'not-a-ca',
    },
    { who: 'wrong-key', comment: 'another name’s key, issued by the clinic', answer: 'path of 1' },
    { who: 'revoked', comment: 'revoked: not looked at yet', answer: 'path of 1' },
    { who: 'clinic-ca', comment: 'the anchor itself', answer: 'path of 1' },
    { who: 'clinic-issuing-ca', comment: 'an authority as end entity', answer: 'not-an-end-entity' },
  ]
  test.each(cases)('$who, $comment: $answer', async ({ who, comment: _, answer, anchors = clinic, ...question }) => {
    expect(await answerTo({ certificate: certificateOf(who), anchors, ...question })).toBe(answer)
  })
})
