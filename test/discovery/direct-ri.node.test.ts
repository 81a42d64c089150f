import { readFileSync, statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findCertificates, ldifEntry } from '../../src/discovery/index.js'
import { parseMessage } from '../../src/dns/index.js'
import { ldapDirectory } from '../../src/node/index.js'
import { borrowed, borrowedFiles } from '../helpers/borrowed.node.js'
import { codeOf } from '../helpers/codes.js'
import { type DirectoryServer, startDirectory } from '../helpers/directory.node.js'
import { issueMailbox } from '../helpers/issue.js'
import { needs } from '../helpers/needs.node.js'
import { marksOf, resolverOf, srv, takingAllBut } from './world.js'

// What the reference implementations have of DNS and LDAP. The answers of DNS themselves are read in test/dns/direct-ri.

const files = borrowedFiles('direct-ri', '').filter(({ path }) => statSync(path).isFile())

/** Directories in writing, and what is in them. */
const directories = [
  {
    name: 'ldap/privCertsOnly.ldif',
    suffix: 'cn=lookupTest',
    below: 'ou=privKeys, ou=cerner, ou=com, cn=lookupTest',
    units: ['cerner', 'com', 'privKeys'],
    certificates: 0,
    reason: 'Three organizational units, below which a test of its store of private keys puts entries while it runs.',
  },
] as const

describe.skipIf(!borrowed)('what the reference implementations have of DNS and LDAP', () => {
  test('answers of DNS: these two, whatever a file is called', () => {
    const isAnswer = ({ path }: { readonly path: string }) =>
      codeOf(() => parseMessage(readFileSync(path))) === undefined
    expect(files.filter(isAnswer).map(({ name }) => name)).toEqual([
      'dns/cert.nhind.hsgincubator.com.bin',
      'dns/cert.nhindirect.org-empty.bin',
    ])
  })

  test('LDIF: this one', () => {
    const isLdif = ({ path }: { readonly path: string }) => /^dn:/m.test(readFileSync(path, 'latin1'))
    expect(files.filter(isLdif).map(({ name }) => name)).toEqual(directories.map(({ name }) => name))
  })
})

describe.skipIf(!borrowed || !needs('slapd')).each(directories)(
  'slapd with $name',
  ({ name, suffix, below, units, certificates }) => {
    const address = 'bob@direct.example'
    const own = ldapDirectory({ allow: ({ address }) => address === '127.0.0.1' })
    const ldif = () => readFileSync(files.find((file) => file.name === name)!.path, 'utf8')
    const servers: DirectoryServer[] = []

    beforeAll(async () => {
      const bob = await issueMailbox(address, { cn: 'Bob' })
      const more = ldifEntry([bob], { base: below })
      servers.push(await startDirectory(ldif(), undefined, suffix))
      servers.push(await startDirectory(`${ldif()}\n\n${more}`, undefined, suffix))
    }, 60_000)
    afterAll(() => Promise.all(servers.map((server) => server.stop())))

    /** The search for one address, where DNS names one of the servers alone. */
    const find = ({ port }: DirectoryServer) => {
      const zone = {
        'SRV _ldap._tcp.direct.example': [srv('ldap.direct.example', port)],
        'A ldap.direct.example': [{ address: '127.0.0.1' }],
      } as const
      const ports = { resolver: resolverOf(zone), directory: own, random: () => 0 }
      return findCertificates({ address, judge: takingAllBut() }, ports)
    }

    test('every entry is there, and as many certificates as it says', async () => {
      const server = { host: 'ldap.direct.example', addresses: ['127.0.0.1'], port: servers[0]!.port }
      const connection = await own.connect(server, {})
      const attributes = ['ou', 'mail', 'userCertificate', 'userCertificate;binary', 'userSMIMECertificate']
      const search = { base: suffix, scope: 'sub', filter: { attribute: 'ou' }, attributes } as const
      const entries = await connection.search(search)
      await connection.close()
      expect(entries).toHaveLength(ldif().match(/^dn:/gm)?.length ?? 0)
      const values = (attribute: string) => entries.flatMap((entry) => entry.attributes[attribute] ?? [])
      expect(
        values('ou')
          .map((value) => new TextDecoder().decode(value))
          .sort(),
      ).toEqual(units)
      expect(attributes.slice(1).flatMap(values)).toHaveLength(certificates)
      expect(ldif().match(/^(?:mail|userCertificate|userSMIMECertificate)\b/gim) ?? []).toHaveLength(certificates)
    })

    test('nobody is found in it, and that is an answer', async () => {
      const { certificates, steps } = await find(servers[0]!)
      expect(certificates).toEqual([])
      expect(marksOf(steps).slice(2)).toEqual(['passed ldap-servers', 'failed ldap-no-entry', 'failed ldap-no-entry'])
    })

    test('whoever is put below its last entry is found', async () => {
      const { certificates, steps } = await find(servers[1]!)
      expect(certificates).toHaveLength(1)
      expect(marksOf(steps).slice(2)).toEqual([
        'passed ldap-servers',
        'passed ldap-entries',
        ': passed candidate-taken',
      ])
    })
  },
)
