import { beforeAll, describe, expect, test } from 'vitest'
import { certificateList } from '../../src/discovery/index.js'
import { accept, refuse } from '../../src/verdict/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issue, issueMailbox } from '../helpers/issue.js'

const address = 'Bob@Direct.Hospital.Example'
const domain = 'direct.hospital.example'

let certificates: Readonly<Record<'personal' | 'other' | 'domain' | 'tagged', Certificate>>

beforeAll(async () => {
  certificates = {
    personal: await issueMailbox(address, { cn: 'personal', key: 'k' }),
    other: await issueMailbox(address, { cn: 'other', key: 'k' }),
    domain: await issue({ cn: 'domain', key: 'k', subjectAltName: [{ type: 'dNSName', value: domain }] }),
    tagged: await issueMailbox(`bob+lab@${domain}`, { cn: 'tagged', key: 'k' }),
  }
})

type Name = keyof typeof certificates

describe('a list of certificates as a directory (DISC-2, DISC-3)', () => {
  const all: readonly Name[] = ['domain', 'personal', 'other', 'tagged']
  const cases: readonly {
    readonly comment: string
    readonly ask: string
    readonly refused?: readonly Name[]
    readonly found: readonly Name[]
    readonly listed?: readonly Name[]
  }[] = [
    { comment: 'all of the address, in whatever letters', ask: `BOB@${domain}`, found: ['personal', 'other'] },
    { comment: 'the rest, when one is refused', ask: address, refused: ['personal'], found: ['other'] },
    {
      comment: 'that of the domain, when all of the address are refused',
      ask: address,
      refused: ['personal', 'other'],
      found: ['domain'],
    },
    { comment: 'that of the domain, for one who has none', ask: `ida@${domain}`, found: ['domain'] },
    { comment: 'that of the very address with its tag', ask: `bob+lab@${domain}`, found: ['tagged'] },
    { comment: 'that of the address without its tag', ask: `bob+x@${domain}`, found: ['personal', 'other'] },
    { comment: 'nothing for a domain below', ask: `bob@sub.${domain}`, found: [] },
    { comment: 'nothing for a domain above', ask: 'bob@hospital.example', found: [] },
    { comment: 'nothing when every one is refused', ask: address, refused: all, found: [] },
    { comment: 'nothing of an empty list', ask: address, listed: [], found: [] },
  ]

  test.each(cases)('finds $comment', async ({ ask, refused = [], found, listed = all }) => {
    const no = refused.map((name) => certificates[name])
    const asked: Certificate[] = []
    const answer = await certificateList(listed.map((name) => certificates[name])).find({
      address: ask,
      judge: async (certificate) => {
        asked.push(certificate)
        return no.includes(certificate) ? refuse('no', []) : accept({}, [])
      },
    })
    expect(answer.certificates).toEqual(found.map((name) => certificates[name]))
    expect(answer.steps.length).toBeGreaterThan(0)
    // Nobody is judged who was not asked for: a later place is not looked at once one has an answer.
    for (const certificate of answer.certificates) expect(asked).toContain(certificate)
    if (found[0] === 'personal') expect(asked).not.toContain(certificates.domain)
  })

  test('a judge that fails is a failure of the search, not an empty answer', async () => {
    const judge = async () => {
      throw new Error('away')
    }
    await expect(certificateList([certificates.personal]).find({ address, judge })).rejects.toThrow('away')
  })
})
