import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { decodeHex } from '../../src/bytes/index.js'
import {
  certRecord,
  DiscoveryError,
  findCertificates,
  type LdapConnection,
  ldifEntry,
} from '../../src/discovery/index.js'
import { type LdapDirectoryOptions, ldapDirectory } from '../../src/node/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { resolverOf, srv, takingAllBut } from '../discovery/world.js'
import { type DirectoryServer, directoryBase, startDirectory } from '../helpers/directory.node.js'
import { issueMailbox } from '../helpers/issue.js'
import { needs } from '../helpers/needs.node.js'

const own: LdapDirectoryOptions = { allow: ({ address }) => address === '127.0.0.1' }
const host = 'ldap.direct.example'

const all = { base: directoryBase, scope: 'sub', filter: { attribute: 'objectClass' }, attributes: ['mail'] } as const

function open(port: number, options: LdapDirectoryOptions = {}, signal?: AbortSignal): Promise<LdapConnection> {
  const server = { host, addresses: ['127.0.0.1'], port }
  return ldapDirectory({ ...own, ...options }).connect(server, signal ? { signal } : {})
}

describe.skipIf(!needs('slapd') || !needs('openssl'))('directories of OpenLDAP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ldap-'))
  const people = ['bob@direct.example', 'a*b@direct.example', 'x)(mail=*@direct.example', 'a\\b@direct.example']
  let server: DirectoryServer
  let certificates: readonly Certificate[]
  let ca: string

  beforeAll(async () => {
    certificates = await Promise.all(people.map((mail) => issueMailbox('x@direct.example', { cn: mail, key: 'k' })))
    const entries = people.map((mail, index) => ldifEntry([certificates[index]!], { base: directoryBase, for: mail }))
    const many = Array.from({ length: 100 }, (_, index) =>
      ldifEntry([], { base: directoryBase, for: `many${index}@direct.example` }),
    )
    const names = [
      '-keyout',
      `${folder}/key.pem`,
      '-out',
      `${folder}/cert.pem`,
      '-addext',
      `subjectAltName=DNS:${host}`,
    ]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=d', ...names], {
      stdio: 'pipe',
    })
    ca = readFileSync(`${folder}/cert.pem`, 'utf8')
    server = await startDirectory([...entries, ...many].join('\n'), {
      key: `${folder}/key.pem`,
      certificate: `${folder}/cert.pem`,
    })
  }, 60_000)

  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  test.each(people)('an address asks for itself alone, whatever is in it: %s', async (value) => {
    const connection = await open(server.port)
    const filter = { attribute: 'mail', value }
    const found = await connection.search({ ...all, filter, attributes: ['userCertificate;binary'] })
    await connection.close()
    const values = found.flatMap(({ attributes }) => Object.values(attributes).flat())
    expect(values).toEqual([certificates[people.indexOf(value)]!.bytes])
  })

  test.each(['*', 'nobody)(objectClass=*', '\u0000'])('and finds nobody else: %j', async (value) => {
    const connection = await open(server.port)
    expect(await connection.search({ ...all, filter: { attribute: 'mail', value } })).toEqual([])
    await connection.close()
  })

  test('the contexts, by the root', async () => {
    const connection = await open(server.port)
    const [root] = await connection.search({ ...all, base: '', scope: 'base', attributes: ['namingContexts'] })
    await connection.close()
    expect(root?.attributes).toEqual({ namingContexts: [new TextEncoder().encode(directoryBase)] })
  })

  test('no more entries than are asked for', async () => {
    const connection = await open(server.port, { maxEntries: 5 })
    expect(await connection.search(all)).toHaveLength(5)
    await connection.close()
  })

  test('below a base that is not there lies nothing', async () => {
    const connection = await open(server.port)
    expect(await connection.search({ ...all, base: `o=Nowhere,${directoryBase}` })).toEqual([])
    await connection.close()
  })

  test('what is no name is refused by the server, and told', async () => {
    const connection = await open(server.port)
    const search = connection.search({ ...all, base: 'no name' })
    await expect(search).rejects.toMatchObject({ code: 'ERR_DISCOVERY_LDAP', temporary: true })
    await connection.close()
  })

  test('StartTLS, the server proven by its name', async () => {
    const connection = await open(server.port, { startTls: { ca } })
    expect(await connection.search({ ...all, filter: { attribute: 'mail', value: people[0]! } })).toHaveLength(1)
    await connection.close()
  })

  test.each([
    { comment: 'an authority that nobody knows', startTls: {} },
    { comment: 'another name', startTls: undefined },
  ])('StartTLS with $comment: not asked', async ({ startTls }) => {
    const named = { host: startTls ? host : 'other.direct.example', addresses: ['127.0.0.1'], port: server.port }
    const directory = ldapDirectory({ ...own, startTls: startTls ?? { ca } })
    await expect(directory.connect(named, {})).rejects.toMatchObject({ code: 'ERR_DISCOVERY_LDAP', temporary: true })
  })
})

describe('what strangers name is judged before it is connected to (DISC-54)', () => {
  let server: Server
  let port: number
  let connections = 0

  beforeAll(async () => {
    server = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    port = await listening(server)
  })
  afterAll(() => server.close())

  test.each([
    { comment: 'the own host', addresses: ['127.0.0.1'] },
    { comment: 'the own host, of IPv6', addresses: ['::1'] },
    { comment: 'the own host, otherwise', addresses: ['::ffff:127.0.0.1'] },
    { comment: 'the own network', addresses: ['10.0.0.1'] },
    { comment: 'the service of a cloud', addresses: ['169.254.169.254'] },
    { comment: 'none', addresses: [] },
  ])('$comment', async ({ addresses }) => {
    const search = ldapDirectory().connect({ host, addresses, port }, {})
    await expect(search).rejects.toMatchObject({ code: 'ERR_DISCOVERY_LDAP' })
    expect(connections).toBe(0)
  })

  test.each([25, 53, 80, 443])('port %i is no port of a directory', async (low) => {
    const search = ldapDirectory().connect({ host, addresses: ['192.0.2.1'], port: low }, {})
    await expect(search).rejects.toMatchObject({ code: 'ERR_DISCOVERY_LDAP' })
  })

  test('the next address, when the first may not be', async () => {
    const search = open(port, { allow: ({ address }) => address === '127.0.0.1' })
    await expect(search).rejects.toMatchObject({ code: 'ERR_DISCOVERY_LDAP', temporary: true })
    expect(connections).toBe(1)
  })
})

// Messages by hand: result of a bind with number 1, and what may follow to the search with number 2.
const bound = '300c02010161070a010004000400'
const done = '300c02010265070a010004000400'
const entry = (id = '02') => `301b0201${id}6416040178301130 0f04046d61696c31070405610040622e`.replace(/ /g, '')

describe('servers that mean ill', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  /** Answers the bind, and the next request with what is given. */
  async function answering(answer: (socket: Socket) => void, first = bound): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write(decodeHex(first))
        socket.once('data', () => answer(socket))
      })
    })
    servers.push(server)
    return listening(server)
  }

  const sends = (hex: string) => (socket: Socket) => socket.write(decodeHex(hex))
  const flood = (hex: string) => (socket: Socket) => {
    const piece = Buffer.from(hex.repeat(5000), 'hex')
    const go = () => {
      if (socket.destroyed) return
      if (socket.write(piece)) setImmediate(go)
      else socket.once('drain', go)
    }
    go()
  }

  test('a decent one, for comparison', async () => {
    const port = await answering(sends(entry() + done))
    const connection = await open(port)
    expect(await connection.search(all)).toEqual([{ attributes: { mail: [new TextEncoder().encode('a\0@b.')] } }])
    await connection.close()
  })

  test('one that speaks an octet at a time', async () => {
    const port = await answering((socket) => {
      for (const octet of decodeHex(entry() + done)) socket.write(Uint8Array.of(octet))
    })
    const connection = await open(port)
    expect(await connection.search(all)).toHaveLength(1)
    await connection.close()
  })

  test.each([
    { comment: 'says nothing', answer: () => undefined },
    { comment: 'closes', answer: (socket: Socket) => socket.destroy() },
    { comment: 'speaks another language', answer: sends('485454502f312e31') },
    { comment: 'has an indefinite length', answer: sends('3080020102') },
    { comment: 'announces four gigabytes', answer: sends('3084ffffffff020102') },
    { comment: 'is not to be understood', answer: sends('3003020102') },
    { comment: 'answers somebody else', answer: sends(done.replace('020102', '020109')) },
    {
      comment: 'refers to another host',
      answer: sends('302702010265220a010a04000400a31904176c6461703a2f2f3132372e302e302e313a33382f6f3d78'),
    },
    { comment: 'sends entries without end', answer: flood(entry()) },
    { comment: 'sends tiny messages without end', answer: flood('3005020102 7300'.replace(' ', '')) },
    {
      comment: 'sends one message without end',
      answer: (socket: Socket) => {
        socket.write(decodeHex('308400ffffff'))
        flood('00')(socket)
      },
    },
  ])('one that $comment', async ({ answer }) => {
    const connection = await open(await answering(answer), { timeoutMs: 400, maxBytes: 1_000_000 })
    const search = connection.search(all)
    await expect(search).rejects.toMatchObject({ code: 'ERR_DISCOVERY_LDAP', temporary: true })
    await connection.close()
  })

  test('more entries than were asked for are left', async () => {
    const port = await answering(sends(entry().repeat(1000) + done))
    const connection = await open(port, { maxEntries: 3 })
    expect(await connection.search(all)).toHaveLength(3)
    await connection.close()
  })

  test('references to other servers are left', async () => {
    const port = await answering(sends(`${entry()}3005020102${'7300'}${done}`))
    const connection = await open(port)
    expect(await connection.search(all)).toHaveLength(1)
    await connection.close()
  })

  test('one that goes on in the clear after StartTLS is not asked', async () => {
    const port = await answering(() => undefined, '300c02010178070a0100040004003005')
    await expect(open(port, { startTls: {} })).rejects.toMatchObject({ code: 'ERR_DISCOVERY_LDAP' })
  })

  test('one that does not encrypt is not asked', async () => {
    const port = await answering(() => undefined, '300c02010178070a013404000400')
    await expect(open(port, { startTls: {} })).rejects.toMatchObject({ code: 'ERR_DISCOVERY_LDAP' })
  })

  test('nobody is waited for whom the caller does not wait for', async () => {
    const controller = new AbortController()
    const connection = await open(await answering(() => undefined), {}, controller.signal)
    const search = connection.search(all)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(search).rejects.toBe(reason)
  })

  test('the search goes on at the next server, and says so', async () => {
    const bob = await issueMailbox('bob@direct.example', { cn: 'Bob', key: 'k' })
    expect(certRecord(bob)).toContain('bob.direct.example.')
    const port = await answering(sends('3003020102'))
    const resolver = resolverOf({
      'SRV _ldap._tcp.direct.example': [srv(host, port)],
      [`A ${host}`]: [{ address: '127.0.0.1' }],
    })
    const ports = { resolver, directory: ldapDirectory(own), random: () => 0 }
    const search = findCertificates({ address: 'bob@direct.example', judge: takingAllBut() }, ports)
    const error = await search.catch((error: unknown) => error)
    expect(error).toBeInstanceOf(DiscoveryError)
    expect((error as DiscoveryError).steps.map(({ code }) => code)).toContain('ldap-failed')
  })
})

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address && typeof address === 'object') resolve(address.port)
    })
  })
}
