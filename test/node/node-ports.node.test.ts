import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../../src/agent/index.js'
import { ldifEntry } from '../../src/discovery/index.js'
import { loadIdentity } from '../../src/keys/index.js'
import { type NodePortsOptions, nodePorts } from '../../src/node/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { type DirectoryServer, directoryBase, startDirectory } from '../helpers/directory.node.js'
import { issueAuthority, issueMailbox, keyPair, now } from '../helpers/issue.js'
import { type NameServer, startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'

describe.skipIf(!needs('bind') || !needs('slapd'))('what an agent asks of the world on Node', () => {
  let bind: NameServer
  let directory: DirectoryServer
  let root: Certificate

  beforeAll(async () => {
    root = await issueAuthority({ cn: 'CA' })
    const bob = await issueMailbox('bob@direct.example', { cn: 'Bob', by: 'CA' })
    directory = await startDirectory(ldifEntry([bob], { base: directoryBase }))
    bind = await startNameServer({ 'direct.example': `_ldap._tcp SRV 0 0 ${directory.port} ldap\nldap A 127.0.0.1` })
  }, 60_000)

  afterAll(() => Promise.all([bind.stop(), directory.stop()]))

  async function seal(options: NodePortsOptions) {
    const ann = await issueMailbox('ann@direct.clinic.example', { cn: 'Ann', by: 'CA' })
    const identity = await loadIdentity({ certificate: ann.bytes, privateKey: (await keyPair('Ann')).pkcs8 })
    const ports = nodePorts({ dns: { servers: [bind.server] }, clock: () => now, ...options })
    const agent = createAgent({ identities: [identity], trust: [root], clock: () => now, ...ports })
    return agent.seal({ from: 'ann@direct.clinic.example', to: 'bob@direct.example', text: 'Fine.' })
  }

  test('a certificate in the directory that DNS names', async () => {
    const sealed = await seal({ allow: ({ address }) => address === '127.0.0.1' })
    expect(sealed.messages).toHaveLength(1)
  })

  test('not in the own network, unless that is allowed', async () => {
    const sealed = await seal({})
    expect(sealed.messages).toEqual([])
    expect(sealed.rejected).toMatchObject([{ code: 'lookup-failed', temporary: true }])
    const [recipient] = sealed.rejected[0]!.explanation.steps
    expect(recipient?.steps?.map(({ code }) => code)).toContain('ldap-failed')
  })
})
