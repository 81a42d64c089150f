import { readFileSync } from 'node:fs'
import * as library from 'direct-smime'
import * as discovery from 'direct-smime/discovery'
import * as node from 'direct-smime/node'
import { createAuthority } from 'direct-smime/testing'
import { describe, expect, test } from 'vitest'
import { startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'
import { codeBlocks, runExample } from './markdown.js'

const page = readFileSync(new URL('../../docs/discovery.md', import.meta.url), 'utf8')
const examples = codeBlocks(page, 'js')
const [sealing = '', allowing = '', publishing = ''] = examples
const modules = { 'direct-smime': library, 'direct-smime/node': node, 'direct-smime/discovery': discovery }

async function people() {
  const authority = await createAuthority({ organization: 'Example Hospital', at: Date.now() })
  const bob = await authority.issue({ address: 'bob@direct.hospital.example' })
  const ann = await authority.issue({ address: 'ann@direct.clinic.example' })
  const identity = await library.loadIdentity({ certificate: ann.certificatePem, privateKey: ann.privateKeyPem })
  const [certificate] = library.loadCertificates(bob.certificatePem)
  return { certificate: certificate!, identity, trust: library.loadCertificates(authority.certificatePem) }
}

describe('docs/discovery.md', () => {
  test('has three examples', () => expect(examples).toHaveLength(3))

  test.skipIf(!needs('bind'))('an agent that looks for itself tells who has no certificate', async () => {
    const { certificate, identity, trust } = await people()
    const bind = await startNameServer({
      'direct.hospital.example': discovery.certRecord(certificate),
      'direct.other.example': '',
    })
    try {
      const rejected: unknown[][] = []
      await runExample(sealing, modules, {
        identities: [identity],
        trust,
        servers: [bind.server],
        from: 'ann@direct.clinic.example',
        to: ['bob@direct.hospital.example', 'ida@direct.other.example'],
        subject: 'x',
        text: 'y',
        report: (...values: unknown[]) => rejected.push(values),
      })
      expect(rejected).toEqual([['ida@direct.other.example', 'no-certificate', false]])
    } finally {
      await bind.stop()
    }
  })

  test('an address that is let through', async () => {
    await runExample(`${allowing}\nsee(ports)`, modules, {
      see: (ports: object) => expect(Object.keys(ports).sort()).toEqual(['discovery', 'fetch']),
    })
  })

  test('what is published names its owner', async () => {
    const { certificate } = await people()
    await runExample(`${publishing}\nsee(line, entry)`, modules, {
      certificate,
      see: (line: string, entry: string) => {
        expect(line).toMatch(/^bob\.direct\.hospital\.example\. 3600 IN CERT PKIX 0 0 /)
        expect(entry).toContain('mail: bob@direct.hospital.example\n')
      },
    })
  })
})
