import { readFileSync } from 'node:fs'
import {
  accessMethods,
  buildCertificateList,
  buildName,
  type Certificate,
  distributionPointAt,
} from '../../src/x509/index.js'
import { borrowedFiles } from '../helpers/borrowed.node.js'
import { issue, issueAuthority, issueMailbox, keyPair, now } from '../helpers/issue.js'

// The cases of ONC's Direct Certificate Discovery Tool, each with a domain of its own. Whoever writes must use the
// certificate that is called right, or send nothing at all.

const expired = { notBefore: Date.UTC(2025, 0, 1), notAfter: Date.UTC(2025, 11, 31) }
/** The key of every certificate of a recipient. */
export const key = 'shared by all recipients'

const forAddress = (address: string, draft = {}) => issueMailbox(address, { cn: address, by: 'CA', key, ...draft })
const forDomain = (domain: string, draft = {}) =>
  issue({
    cn: domain,
    by: 'CA',
    key,
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    subjectAltName: [{ type: 'dNSName', value: domain }],
    ...draft,
  })

/** What is published for one domain. */
export interface Published {
  /** Certificates in DNS; the owner's name is that of the address or of the domain. */
  readonly dns?: readonly { readonly for: string; readonly certificate: Certificate }[]
  /** Directories in the order of the SRV records. */
  readonly ldap?: readonly {
    readonly priority?: number
    readonly weight?: number
    /** Absent: nobody listens there. */
    readonly entries?: readonly { readonly for: string; readonly certificate: Certificate }[]
  }[]
}

export interface Case {
  readonly id: string
  readonly comment: string
  /** As it is written to; the domain of the case is put behind. */
  readonly local?: string
  readonly make: (
    address: string,
    domain: string,
    web: Web,
  ) => Promise<{ readonly published: Published; readonly right?: Certificate }>
}

/** A server for what certificates point to. */
export interface Web {
  at(path: string): string
  /** What lies there. */
  readonly pages: Map<string, Uint8Array>
}

/** Expired is what must not be taken. */
export const cases: readonly Case[] = [
  {
    id: 'D1',
    comment: 'DNS, address: the valid one',
    make: async (address, domain) => {
      const right = await forAddress(address)
      const old = { for: domain, certificate: await forDomain(domain, expired) }
      const other = { for: address, certificate: await forAddress(`other@${domain}`) }
      return {
        published: { dns: [{ for: address, certificate: right }, other, old], ldap: [{ entries: [old] }] },
        right,
      }
    },
  },
  {
    id: 'D2',
    comment: 'DNS, domain: the one of the address has expired',
    make: async (address, domain) => {
      const right = await forDomain(domain)
      const old = { for: address, certificate: await forAddress(address, expired) }
      const other = { for: domain, certificate: await forDomain('other.example') }
      return {
        published: { dns: [old, other, { for: domain, certificate: right }], ldap: [{ entries: [old] }] },
        right,
      }
    },
  },
  {
    id: 'D3',
    comment: 'LDAP, address',
    make: async (address, domain) => {
      const right = await forAddress(address)
      const old = { for: domain, certificate: await forDomain(domain, expired) }
      return { published: { ldap: [{ entries: [{ for: address, certificate: right }, old] }] }, right }
    },
  },
  {
    id: 'D4',
    comment: 'LDAP, domain',
    make: async (_, domain) => {
      const right = await forDomain(domain)
      return { published: { ldap: [{ entries: [{ for: domain, certificate: right }] }] }, right }
    },
  },
  {
    id: 'D5',
    comment: 'DNS, address, expired: nothing',
    make: async (address) => ({
      published: { dns: [{ for: address, certificate: await forAddress(address, expired) }] },
    }),
  },
  {
    id: 'D6',
    comment: 'DNS, domain, expired: nothing',
    make: async (_, domain) => ({
      published: { dns: [{ for: domain, certificate: await forDomain(domain, expired) }] },
    }),
  },
  {
    id: 'D7',
    comment: 'LDAP, address, expired: nothing',
    make: async (address) => ({
      published: { ldap: [{ entries: [{ for: address, certificate: await forAddress(address, expired) }] }] },
    }),
  },
  {
    id: 'D8',
    comment: 'LDAP, domain, expired: nothing',
    make: async (_, domain) => ({
      published: { ldap: [{ entries: [{ for: domain, certificate: await forDomain(domain, expired) }] }] },
    }),
  },
  {
    id: 'D9',
    comment: 'DNS, address: a valid and an expired one in one set',
    make: async (address) => {
      const right = await forAddress(address)
      const old = await forAddress(address, expired)
      return { published: { dns: [old, right].map((certificate) => ({ for: address, certificate })) }, right }
    },
  },
  {
    id: 'D10',
    comment: 'LDAP: the first server is away, the second has it',
    make: async (address) => {
      const right = await forAddress(address)
      const second = { priority: 1, entries: [{ for: address, certificate: right }] }
      return { published: { ldap: [{ priority: 0 }, second] }, right }
    },
  },
  { id: 'D11', comment: 'no CERT, no SRV: nothing', make: async () => ({ published: {} }) },
  {
    id: 'D12',
    comment: 'no CERT, the only server is away: nothing',
    make: async () => ({ published: { ldap: [{}] } }),
  },
  {
    id: 'D13',
    comment: 'no CERT, the directory is empty: nothing',
    make: async () => ({ published: { ldap: [{ entries: [] }] } }),
  },
  {
    id: 'D14',
    comment: 'DNS, address: larger than UDP carries',
    make: async (address) => {
      const extensions = [{ oid: '1.2.3.4', critical: false, value: new Uint8Array(2000) }]
      const right = await forAddress(address, { extensions })
      return { published: { dns: [{ for: address, certificate: right }] }, right }
    },
  },
  {
    id: 'D15',
    comment: 'LDAP: two servers, the first has the valid one',
    make: async (address) => {
      const right = await forAddress(address)
      const old = await forAddress(address, expired)
      return {
        published: {
          ldap: [
            { priority: 1, entries: [{ for: address, certificate: old }] },
            { priority: 0, entries: [{ for: address, certificate: right }] },
          ],
        },
        right,
      }
    },
  },
  {
    id: 'D16',
    comment: 'LDAP: of one priority the server with the weight is asked first',
    make: async (address) => {
      const right = await forAddress(address)
      const other = await forAddress(address)
      return {
        published: {
          ldap: [
            { weight: 0, entries: [{ for: address, certificate: other }] },
            { weight: 100, entries: [{ for: address, certificate: right }] },
          ],
        },
        right,
      }
    },
  },
  {
    id: 'D17',
    comment: 'DNS, address: two that were revoked, and the valid one',
    make: async (address, domain, web) => {
      const cRLDistributionPoints = [distributionPointAt(web.at('/d17.crl'))]
      const [revoked, right, revokedToo] = await Promise.all(
        [1, 2, 3].map(() => forAddress(address, { cRLDistributionPoints })),
      )
      web.pages.set('/d17.crl', await listOf(revoked!, revokedToo!))
      const dns = [revoked!, right!, revokedToo!].map((certificate) => ({ for: address, certificate }))
      const old = { for: domain, certificate: await forDomain(domain, expired) }
      return { published: { dns: [...dns, old] }, right: right! }
    },
  },
  {
    id: 'D18',
    comment: 'DNS, address: the issuer is found where the certificate points to',
    make: async (address, _, web) => {
      const issuing = await issueAuthority({ cn: 'Issuing', by: 'CA' })
      web.pages.set('/issuing.cer', issuing.bytes)
      const accessLocation = { type: 'uniformResourceIdentifier', value: web.at('/issuing.cer') } as const
      const authorityInfoAccess = [{ accessMethod: accessMethods.caIssuers, accessLocation }]
      const right = await forAddress(address, { by: 'Issuing', authorityInfoAccess })
      return { published: { dns: [{ for: address, certificate: right }] }, right }
    },
  },
  {
    id: 'DTS 517',
    comment: 'LDAP: the first server has an expired one, the second a valid one',
    make: async (address) => {
      const right = await forAddress(address)
      const old = await forAddress(address, expired)
      return {
        published: {
          ldap: [
            { priority: 0, entries: [{ for: address, certificate: old }] },
            { priority: 1, entries: [{ for: address, certificate: right }] },
          ],
        },
        right,
      }
    },
  },
  {
    id: 'DTS 573',
    comment: 'DNS: the address in other letters',
    local: 'Bob',
    make: async (address) => {
      const right = await forAddress(address.toLowerCase())
      return { published: { dns: [{ for: address.toLowerCase(), certificate: right }] }, right }
    },
  },
  {
    id: 'DTS 557',
    comment: 'LDAP: the address in other letters',
    local: 'BOB',
    make: async (address) => {
      const right = await forAddress(address.toLowerCase())
      return { published: { ldap: [{ entries: [{ for: address.toLowerCase(), certificate: right }] }] }, right }
    },
  },
  {
    id: 'DTS 577',
    comment: 'LDAP: entries of others alone: nothing',
    make: async (_, domain) => ({
      published: {
        ldap: [{ entries: [{ for: `other@${domain}`, certificate: await forAddress(`other@${domain}`) }] }],
      },
    }),
  },
]

async function listOf(...revoked: readonly Certificate[]): Promise<Uint8Array> {
  const hour = 3_600_000
  const list = {
    issuer: buildName([['CN', 'CA']]),
    thisUpdate: now - hour,
    nextUpdate: now + hour,
    revoked: revoked.map(({ serialNumber }) => ({ serialNumber, revocationDate: now - hour })),
  }
  return buildCertificateList(list, (await keyPair('CA')).signer())
}

/** A case as the tool itself has it written down. */
interface Written {
  readonly name: string
  readonly negative: boolean
  readonly credentials: readonly {
    readonly role: string
    readonly binding: 'ADDRESS' | 'DOMAIN'
    readonly certConfig: readonly string[]
    readonly location: string
  }[]
}

/** The cases of the tool's own configuration, which is not part of this repository. */
export function writtenCases(): readonly Case[] {
  const file = borrowedFiles('direct-ri', 'discovery-cases.json')[0]
  if (!file) return []
  const written = JSON.parse(readFileSync(file.path, 'utf8')) as readonly Written[]
  return written.map(caseOf)
}

/** What it calls invalid without an expired certificate, it has revoked. */
function caseOf({ name, negative, credentials }: Written): Case {
  const make: Case['make'] = async (address, domain, web) => {
    const path = `/${name}.crl`
    const made = await Promise.all(
      credentials.map(async ({ role, binding, certConfig, location }) => {
        const isOld = certConfig.some((config) => config.endsWith('Expired'))
        const draft = { ...(isOld && expired), cRLDistributionPoints: [distributionPointAt(web.at(path))] }
        const certificate = binding === 'ADDRESS' ? await forAddress(address, draft) : await forDomain(domain, draft)
        const isRevoked = role.endsWith('Invalid') && !isOld
        return { for: binding === 'ADDRESS' ? address : domain, certificate, role, location, isRevoked }
      }),
    )
    web.pages.set(path, await listOf(...made.flatMap(({ certificate, isRevoked }) => (isRevoked ? certificate : []))))
    const lying = (end: RegExp) => made.filter(({ location }) => end.test(location))
    const right = made.find(({ role }) => role === 'LeafTarget')?.certificate
    if ((right === undefined) !== negative) throw new Error(`${name} is not what it says`)
    const ldap = [/Ldap1$/, /Ldap2$/].flatMap((end, priority) => {
      const entries = lying(end)
      return entries.length > 0 ? { priority, entries } : []
    })
    return { published: { dns: lying(/Dns$/), ldap }, ...(right && { right }) }
  }
  return { id: `as the tool has it, ${name.slice(0, name.indexOf('_'))}`, comment: name, make }
}
