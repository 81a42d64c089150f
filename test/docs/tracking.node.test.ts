import { readFileSync } from 'node:fs'
import * as library from 'direct-smime'
import { createAuthority } from 'direct-smime/testing'
import * as tracking from 'direct-smime/tracking'
import { describe, expect, test } from 'vitest'
import { codeBlocks, runExample } from './markdown.js'

const page = readFileSync(new URL('../../docs/tracking.md', import.meta.url), 'utf8')
const [tenLines = '', answering = '', later = '', postgres = ''] = codeBlocks(page, 'js')

const ann = 'ann@direct.clinic.example'
const bob = 'bob@direct.hospital.example'
const ida = 'ida@direct.hospital.example'

interface Handed {
  readonly raw: Uint8Array
  readonly envelope: { readonly mailFrom: string; readonly rcptTo: readonly string[] }
}

async function sides() {
  const at = Date.now()
  const clinic = await createAuthority({ organization: 'Example Clinic', at })
  const hospital = await createAuthority({ organization: 'Example Hospital', at })
  const [doctor, department, other] = await Promise.all([
    clinic.issue({ address: ann }),
    hospital.issue({ address: bob }),
    hospital.issue({ address: ida }),
  ])
  const load = (identity: typeof doctor) =>
    library.loadIdentity({ certificate: identity.certificatePem, privateKey: identity.privateKeyPem })
  const discovery = library.loadCertificates([doctor, department, other].map((one) => one.certificatePem).join('\n'))
  const anchorsOf = (authority: typeof clinic) => library.loadCertificates(authority.certificatePem)
  const ours = { identities: [await load(doctor)], trust: anchorsOf(hospital), discovery }
  const theirs = { identities: [await load(department), await load(other)], trust: anchorsOf(clinic), discovery }
  return { ours, theirs, hospital: library.createAgent(theirs) }
}

/** Runs the ten lines as Ann, whose mail system answers as it is told to. */
async function tenLinesWith(reply: string, said: readonly ('processed' | 'dispatched')[]) {
  const { ours, hospital } = await sides()
  const confirmed: unknown[] = []
  const delivered: Uint8Array[] = []
  const answers: Uint8Array[] = []
  const modules = {
    'direct-smime': library,
    'direct-smime/node': { sqliteTracking: () => tracking.trackingInMemory() },
    'direct-smime/tracking': tracking,
  }
  await runExample(tenLines, modules, {
    ...ours,
    ...{ from: ann, to: bob, subject: 'Results', text: 'x', correlationId: 'job 1', incoming: answers },
    submit: async (raw: Uint8Array, envelope: Handed['envelope']) => {
      const accepted = reply.startsWith('2')
      const opened = await hospital.open(raw, { envelope })
      if (accepted && opened.kind === 'message') {
        for (const word of said) answers.push((await hospital.acknowledge(opened.receipt, word)).messages[0]!.raw)
      }
      return envelope.rcptTo.map((address) => ({ address, accepted, reply }))
    },
    deliver: async (raw: Uint8Array) => delivered.push(raw),
    confirm: async (outcome: unknown) => confirmed.push(outcome),
  })
  return { confirmed, delivered: delivered.map((raw) => new TextDecoder().decode(raw)) }
}

describe('docs/tracking.md', () => {
  test('ten lines: a message that arrives is confirmed, once', async () => {
    const { confirmed, delivered } = await tenLinesWith('250 ok', ['processed', 'dispatched', 'processed'])
    expect(confirmed).toMatchObject([{ recipient: bob, result: 'delivered', correlationId: 'job 1' }])
    expect(delivered).toEqual([])
  })

  test('ten lines: one that is refused is told of', async () => {
    const { confirmed, delivered } = await tenLinesWith('550 5.1.1 no such user', [])
    expect(confirmed).toEqual([])
    expect(delivered).toHaveLength(1)
    expect(delivered[0]).toContain(`Final-Recipient: rfc822; ${bob}\r\nAction: failed\r\nStatus: 5.1.1`)
  })

  test('answering, and hours later from what was kept', async () => {
    const { ours, hospital } = await sides()
    const to = [bob, ida]
    const sealed = await library.createAgent(ours).seal({ from: ann, to, text: 'x', requestDelivery: true })
    const { raw, envelope } = sealed.messages[0]!
    const sent: Handed[] = []
    const kept: string[] = []
    const given = {
      agent: hospital,
      send: async (raw: Uint8Array, envelope: Handed['envelope']) => sent.push({ raw, envelope }),
    }
    await runExample(answering, {}, { ...given, raw, envelope, keep: async (text: string) => kept.push(text) })
    expect(sent.map((one) => one.envelope.rcptTo)).toEqual([[ann], [ann]])
    await runExample(later, {}, { ...given, kept: kept[0], one: bob, other: ida })
    expect(sent).toHaveLength(4)
  })

  test('PostgreSQL: the table is made, and the store asks through the same function', async () => {
    const asked: string[] = []
    const withoutDriver = postgres.replace("import pg from 'pg'\n", '')
    class Pool {
      async query(sql: string) {
        asked.push(sql)
        return { rows: [] }
      }
    }
    await runExample(
      `${withoutDriver}\nawait store.read('<1@x>', 'b@h')`,
      { 'direct-smime/tracking': tracking },
      { pg: { Pool } },
    )
    expect(asked.map((sql) => sql.split(' ')[0])).toEqual(['CREATE', 'CREATE', 'CREATE', 'SELECT'])
  })
})
