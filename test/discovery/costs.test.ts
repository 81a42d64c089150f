import { beforeAll, describe, expect, test } from 'vitest'
import { createDiscovery, DiscoveryError, findCertificates, type LdapDirectory } from '../../src/discovery/index.js'
import { createRetriever } from '../../src/http/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issueMailbox } from '../helpers/issue.js'
import { cert, directoryOf, resolverOf, srv, takingAllBut } from './world.js'

const address = 'bob@direct.example'
const domain = 'direct.example'
const question = { address, judge: takingAllBut() }
const hasDirectory = {
  [`SRV _ldap._tcp.${domain}`]: [srv('ldap.example')],
  'A ldap.example': [{ address: '192.0.2.1' }],
}
const random = () => 0
let bob: Certificate

beforeAll(async () => {
  bob = await issueMailbox(address, { cn: 'Bob', key: 'k' })
})

/** A retriever whose server is busy, and what it was asked. */
function busy() {
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return { status: 503, headers: { get: () => null }, body: null }
  }
  return { asked, retriever: createRetriever({ fetch, clock: () => 0 }) }
}

describe('what a search costs, and what it leaves', () => {
  test('of twenty places where certificates lie, eight are fetched', async () => {
    const records = Array.from({ length: 20 }, (_, index) => cert(`http://a.example/${index}`, 4))
    const { asked, retriever } = busy()
    const search = findCertificates(question, {
      resolver: resolverOf({ [`CERT ${domain}`]: records }),
      retriever,
      random,
    })
    await expect(search).rejects.toBeInstanceOf(DiscoveryError)
    expect(asked).toHaveLength(8)
  })

  test('what did not come is asked for again', async () => {
    const resolver = resolverOf({ [`CERT ${domain}`]: [cert('http://a.example/', 4)] })
    const { asked, retriever } = busy()
    const discovery = createDiscovery({ resolver, retriever, random }, { clock: () => 0 })
    await expect(discovery.find(question)).rejects.toBeInstanceOf(DiscoveryError)
    await expect(discovery.find(question)).rejects.toBeInstanceOf(DiscoveryError)
    expect(asked).toHaveLength(2)
  })

  test('no more answers are kept than are said', async () => {
    const resolver = resolverOf({
      [`CERT bob.${domain}`]: [cert(bob.bytes)],
      [`CERT ida.${domain}`]: [cert(bob.bytes)],
    })
    const discovery = createDiscovery({ resolver, random }, { clock: () => 0, maxEntries: 1 })
    for (const name of ['bob', 'bob', 'ida', 'bob']) await discovery.find({ ...question, address: `${name}@${domain}` })
    expect(resolver.asked).toEqual(['bob', 'ida', 'bob'].map((name) => `CERT ${name}.${domain}`))
  })

  test('every connection is closed', async () => {
    const directory = directoryOf({ 'ldap.example': {} })
    await findCertificates(question, { resolver: resolverOf(hasDirectory), directory, random })
    expect(directory.asked.filter((line) => line === 'close')).toHaveLength(2)
    expect(directory.asked.filter((line) => line.startsWith('connect'))).toHaveLength(2)
  })

  test('one kind of address is enough', async () => {
    const directory = directoryOf({ 'ldap.example': { [address]: { userCertificate: [bob.bytes] } } })
    const resolver = resolverOf({ ...hasDirectory, 'AAAA ldap.example': 'silent' })
    const { certificates } = await findCertificates(question, { resolver, directory, random })
    expect(certificates).toHaveLength(1)
  })

  test.each([
    { comment: 'that is open', isEmpty: false, found: 1 },
    { comment: 'that is open, and has nothing', isEmpty: true, found: undefined },
  ])('a context that is closed beside one $comment', async ({ isEmpty, found }) => {
    const names = ['cn=Closed', 'o=Open'].map((name) => new TextEncoder().encode(name))
    const directory: LdapDirectory = {
      connect: async () => ({
        async search({ base, scope }) {
          if (scope === 'base') return [{ attributes: { namingContexts: names } }]
          if (base === 'cn=Closed') throw new DiscoveryError('ERR_DISCOVERY_LDAP', 'closed', { temporary: true })
          return isEmpty ? [] : [{ attributes: { userCertificate: [bob.bytes] } }]
        },
        close: async () => undefined,
      }),
    }
    const search = findCertificates(question, { resolver: resolverOf(hasDirectory), directory, random })
    if (found === undefined) await expect(search).rejects.toBeInstanceOf(DiscoveryError)
    else expect((await search).certificates).toHaveLength(found)
  })
})
