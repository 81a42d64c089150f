import { readFileSync } from 'node:fs'
import * as library from 'direct-smime'
import { seenInMemory } from 'direct-smime/agent'
import * as node from 'direct-smime/node'
import { createAuthority } from 'direct-smime/testing'
import * as trusting from 'direct-smime/trust'
import { describe, expect, test } from 'vitest'
import { codeBlocks, runExample } from './markdown.js'

const page = readFileSync(new URL('../../docs/trust.md', import.meta.url), 'utf8')
const [bundle = '', sources = '', fresh = '', rules = '', once = '', watching = '', events = ''] = codeBlocks(
  page,
  'js',
)
const modules = { 'direct-smime': library, 'direct-smime/trust': trusting, 'direct-smime/node': node }

const ann = 'ann@direct.clinic.example'
const bob = 'bob@direct.laboratory.example'

let made: ReturnType<typeof issue> | undefined

/** The clinic’s side; keys take long to make, and all examples share them. */
function sides() {
  made ??= issue()
  return made
}

async function issue() {
  const at = Date.now()
  const clinic = await createAuthority({ organization: 'Example Clinic', at })
  const laboratory = await createAuthority({ organization: 'Example Laboratory', at })
  const issued = { ann: await clinic.issue({ address: ann }), bob: await laboratory.issue({ address: bob }) }
  const load = ({ certificatePem: certificate, privateKeyPem: privateKey }: typeof issued.ann) =>
    library.loadIdentity({ certificate, privateKey })
  const discovery = library.loadCertificates([issued.ann, issued.bob].map((one) => one.certificatePem).join('\n'))
  const theirs = {
    identities: [await load(issued.bob)],
    trust: library.loadCertificates(clinic.certificatePem),
    discovery,
  }
  return { identities: [await load(issued.ann)], discovery, anchors: laboratory.certificatePem, theirs }
}

/** The agent that an example makes. */
async function agentOf(code: string, given: Readonly<Record<string, unknown>>): Promise<library.Agent> {
  let made: library.Agent | undefined
  const keep = (agent: library.Agent) => {
    made = agent
  }
  await runExample(`${code}\nkeep(agent)`, modules, { ...given, keep })
  if (!made) throw new Error('the example makes no agent')
  return made
}

const words = { from: ann, to: bob, text: 'x' }

describe('docs/trust.md', () => {
  test('a bundle is whom the agent trusts', async () => {
    const { anchors, ...given } = await sides()
    const agent = await agentOf(bundle, { ...given, bytes: new TextEncoder().encode(anchors) })
    expect((await agent.seal(words)).rejected).toEqual([])
  })

  test('anchors by direction: the peer that may be written to may not write', async () => {
    const { anchors, theirs, ...given } = await sides()
    const registry = library.loadCertificates(anchors)
    const tracker = { isOurs: async () => true }
    const agent = await agentOf(sources, { ...given, accredited: [], pilot: [], registry, tracker })
    expect((await agent.seal(words)).rejected).toEqual([])
    const back = await library.createAgent(theirs).seal({ from: bob, to: ann, text: 'x' })
    expect(await agent.open(back.messages[0]!.raw)).toMatchObject({ kind: 'rejected', code: 'untrusted' })
  })

  test('a bundle that is refreshed', async () => {
    const { anchors } = await sides()
    const reports: unknown[] = []
    const fetch = async () => new Response(anchors)
    const given = { url: 'https://bundles.example/all.p7b', signers: [], fetch }
    await runExample(fresh, modules, { ...given, report: (state: string) => reports.push(state) })
    expect(reports).toEqual(['success'])
  })

  test('rules of one’s own refuse, and other settings are used', async () => {
    const { anchors, ...given } = await sides()
    const trust = library.loadCertificates(anchors)
    const agentWhere = (isOfOurs: () => boolean) => agentOf(rules, { ...given, trust, isOfOurs })
    expect((await (await agentWhere(() => true)).seal(words)).rejected).toEqual([])
    const refused = await (await agentWhere(() => false)).seal(words)
    expect(refused.rejected).toMatchObject([{ address: bob, code: 'no-usable-certificate' }])
  })

  test('the same message again is a duplicate; the same delivery again is not', async () => {
    const { anchors, theirs, ...given } = await sides()
    const trust = library.loadCertificates(anchors)
    const sealed = await library.createAgent(theirs).seal({ from: bob, to: ann, text: 'x' })
    const { raw, envelope } = sealed.messages[0]!
    const seen = seenInMemory()
    const opened: unknown[] = []
    for (const correlationId of ['1', '1', '2']) {
      const code = `${once}\nkeep(opened.recipients[0].duplicate)`
      const keep = (duplicate: boolean) => opened.push(duplicate)
      await runExample(code, modules, { ...given, trust, seen, raw, envelope, correlationId, keep })
    }
    expect(opened).toEqual([false, false, true])
  })

  test('what is not published is told', async () => {
    const { identities, anchors, theirs } = await sides()
    const trust = library.loadCertificates(anchors)
    const agent = library.createAgent({ identities, trust, discovery: [] })
    const told: unknown[] = []
    const report = (_: string, code: string) => told.push(code)
    await runExample(watching, modules, { agent, addresses: [ann], peerAnchors: theirs.trust, report })
    expect(told).toEqual(['not-published'])
  })

  test('events go to a channel', async () => {
    const { anchors, ...given } = await sides()
    const eventKey = new Uint8Array(32).fill(7)
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel')
    const heard: unknown[] = []
    const hear = (event: unknown) => heard.push(event)
    subscribe('direct-smime', hear)
    const agent = await agentOf(events, { ...given, trust: library.loadCertificates(anchors), eventKey })
    await agent.seal(words)
    unsubscribe('direct-smime', hear)
    expect(heard).toMatchObject([{ type: 'sealed', messages: 1, rejected: [] }])
    expect(JSON.stringify(heard)).not.toContain('example')
  })
})
