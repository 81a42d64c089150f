import { beforeAll, describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import type { Fetch } from '../../src/http/index.js'
import { wrapMessage } from '../../src/mime/index.js'
import { signEntity } from '../../src/smime/index.js'
import {
  accessMethods,
  buildCertificateList,
  buildName,
  type Certificate,
  distributionPointAt,
} from '../../src/x509/index.js'
import { type Issue, issueAuthority, keyPair } from '../helpers/issue.js'
import {
  agentOf,
  ann,
  bob,
  codesOf,
  crafted,
  day,
  encrypted,
  lines,
  now,
  organisation,
  outcomeOf,
  type Party,
  person,
  world,
} from './world.js'

// What the Edge Testing Tool sends to a system under version 1.3, and what must be refused of it (ONC-5).

const pointer = { cRLDistributionPoints: [distributionPointAt('http://crl.example/ca.crl')] }
const policy = policies['direct-1.3']

const fetch: Fetch = async (url) => {
  if (url !== 'http://crl.example/ca.crl') return new Response('', { status: 404 })
  const times = { thisUpdate: now - day, nextUpdate: now + day }
  const draft = { issuer: buildName([['CN', 'Clinic CA']]), ...times }
  return new Response(await buildCertificateList(draft, (await keyPair('Clinic CA')).signer()))
}

let reader: Party
let clinicCa: Certificate
beforeAll(async () => {
  ;({ bob: reader, clinicCa } = await world())
})

const inner = lines(`From: ${ann}`, `To: ${bob}`, 'Message-ID: <1@x.example>', '', 'Fine.')

async function opened(sender: Party, raw?: Uint8Array) {
  const agent = agentOf([reader], { trust: [clinicCa], policy, fetch })
  return agent.open(raw ?? (await crafted({ inner, signedBy: sender, to: [reader] })))
}

interface Case {
  readonly comment: string
  readonly sender: () => Promise<Party>
  /** The step that failed first for the certificate. */
  readonly reason?: string
}

const one = (draft: Partial<Issue> = {}, by = 'Clinic CA') =>
  person(ann, by, { cn: 'onc', key: 'onc', ...pointer, ...draft })
const domain = 'direct.clinic.example'
const names = (...values: readonly { type: 'rfc822Name' | 'dNSName'; value: string }[]) => ({ subjectAltName: values })

const cases: readonly Case[] = [
  { comment: 'a certificate as it should be', sender: () => one() },
  {
    comment: 'of an organisation, as it should be',
    sender: () => organisation(ann, 'Clinic CA', { cn: 'org', ...pointer }),
  },
  { comment: 'a key of 3072 bits', sender: () => one({ bits: 3072, cn: 'onc3072', key: 'onc3072' }) },
  {
    comment: 'expired',
    sender: () => one({ notAfter: now - day }),
    reason: 'certificate-expired',
  },
  { comment: 'not valid yet', sender: () => one({ notBefore: now + day }), reason: 'certificate-not-yet-valid' },
  {
    comment: 'invalid: another key of the issuer signed',
    sender: () => one({ byKey: 'Hospital CA' }),
    reason: 'issuer-signature-wrong',
  },
  { comment: 'of an authority that nobody trusts', sender: () => one({}, 'Nobody CA'), reason: 'no-path' },
  {
    comment: 'below an authority that is not where the certificate says (bad AIA)',
    sender: async () => {
      await issueAuthority({ cn: 'Below CA', by: 'Clinic CA' })
      const accessLocation = { type: 'uniformResourceIdentifier', value: 'http://ca.example/gone.cer' } as const
      return one({ authorityInfoAccess: [{ accessMethod: accessMethods.caIssuers, accessLocation }] }, 'Below CA')
    },
    reason: 'no-path',
  },
  {
    comment: 'with a wildcard beside the domain',
    sender: () =>
      organisation(ann, 'Clinic CA', {
        cn: 'wild',
        ...pointer,
        ...names({ type: 'dNSName', value: domain }, { type: 'dNSName', value: `*.${domain}` }),
      }),
    reason: 'wildcard-name',
  },
  {
    comment: 'of an organisation, with an address in its subject',
    sender: () =>
      organisation(ann, 'Clinic CA', {
        cn: 'mailorg',
        ...pointer,
        subject: buildName([
          ['CN', 'mailorg'],
          ['emailAddress', ann],
        ]),
      }),
    reason: 'address-beside-domain',
  },
  {
    comment: 'a key of 1024 bits',
    sender: () => one({ bits: 1024, cn: 'onc1024', key: 'onc1024' }),
    reason: 'key-not-allowed',
  },
  {
    comment: 'without a place for its revocation',
    sender: () => person(ann, 'Clinic CA', { cn: 'nocrl', key: 'onc' }),
    reason: 'revocation-no-pointer',
  },
]

describe('certificates of the Edge Testing Tool under version 1.3 (ONC-5)', () => {
  test.each(cases)('$comment', async ({ sender, reason }) => {
    const answer = await opened(await sender())
    if (!reason) return expect(outcomeOf(answer)).toBe('message')
    expect(answer.kind).toBe('rejected')
    expect(codesOf(answer.explanation.steps, 'failed')).toContain(reason)
    return undefined
  })

  test('a digest that is not that of the content', async () => {
    const sender = await one()
    const signed = await crafted({ inner, signedBy: sender, to: [reader] })
    expect(outcomeOf(await opened(sender, signed))).toBe('message')
    const entity = await signEntity(wrapMessage(inner), sender.identity.signing!, { crypto, at: now })
    const at = new TextDecoder('latin1').decode(entity).indexOf('Fine.')
    const bent = entity.map((octet, index) => (index === at ? octet ^ 1 : octet))
    expect(outcomeOf(await opened(sender, await encrypted(bent, [reader])))).toBe('signature-invalid')
  })
})
