import { readFileSync } from 'node:fs'
import * as library from 'direct-smime'
import { createAuthority, type TestAuthority, type TestIdentity } from 'direct-smime/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { codeBlocks, runExample } from './markdown.js'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const [sending = '', receiving = ''] = codeBlocks(readme, 'js')

const ann = 'ann@direct.clinic.example'
const bob = 'bob@direct.hospital.example'
const eve = 'eve@direct.elsewhere.example'
const summary = new TextEncoder().encode('<ClinicalDocument>\n</ClinicalDocument>\n')

interface Handed {
  readonly raw: Uint8Array
  readonly envelope: { readonly mailFrom: string; readonly rcptTo: readonly string[] }
}

/** A folder with the files that the examples read, for one side. */
type Files = Readonly<Record<string, string | Uint8Array>>

let annFiles: Files
let bobFiles: Files

beforeAll(async () => {
  const at = Date.now()
  const clinic = await createAuthority({ organization: 'Example Clinic', at })
  const hospital = await createAuthority({ organization: 'Example Hospital', at })
  const doctor = await clinic.issue({ address: ann })
  const department = await hospital.issue({ address: bob })
  annFiles = filesOf(doctor, hospital, department)
  bobFiles = filesOf(department, clinic, doctor)
})

function filesOf(own: TestIdentity, trusted: TestAuthority, known: TestIdentity): Files {
  return {
    'identity.crt': own.certificatePem,
    'identity.key': own.privateKeyPem,
    'anchors.crt': trusted.certificatePem,
    'directory.crt': known.certificatePem,
    'summary.xml': summary,
  }
}

function modulesFor(files: Files, change: Partial<typeof library> = {}) {
  const readFile = async (name: string) => files[name] ?? Promise.reject(new Error(`no file ${name}`))
  return { 'direct-smime': { ...library, ...change }, 'node:fs/promises': { readFile } }
}

/** Runs the first example as Ann. */
async function send() {
  const sent: Handed[] = []
  const reports: unknown[][] = []
  await runExample(sending, modulesFor(annFiles), {
    send: async (raw: Uint8Array, envelope: Handed['envelope']) => sent.push({ raw, envelope }),
    report: (...words: unknown[]) => reports.push(words),
  })
  return { sent, reports }
}

/** Runs the second example and writes down which of the caller's own functions it called, and with what. */
async function receive(files: Files, { raw, envelope }: Handed, change?: Partial<typeof library>) {
  const calls: { readonly name: string; readonly words: readonly unknown[] }[] = []
  const noted = (name: string) => [name, async (...words: unknown[]) => calls.push({ name, words })] as const
  const own = Object.fromEntries(['send', 'report', 'deliver', 'match', 'keep'].map(noted))
  await runExample(receiving, modulesFor(files, change), { raw, envelope, ...own })
  return calls
}

describe('the examples of the README', () => {
  test('are two, in JavaScript', () => expect(codeBlocks(readme, 'js')).toHaveLength(2))

  test('the first seals for Bob and says why Eve gets nothing', async () => {
    const { sent, reports } = await send()
    expect(sent.map(({ envelope }) => envelope)).toEqual([{ mailFrom: ann, rcptTo: [bob] }])
    expect(reports).toEqual([[eve, 'no-certificate', expect.stringContaining('No certificate was found')]])
  })

  test('the second hands the message out and answers it', async () => {
    const { sent } = await send()
    const [delivered, answered, ...others] = await receive(bobFiles, sent[0]!)
    const [recipients, subject, text, attachments] = delivered?.words ?? []
    expect(delivered?.name).toBe('deliver')
    expect(recipients).toMatchObject([{ address: bob }])
    expect(subject).toBe('Referral')
    expect(text).toBe('Please see the summary that is attached.')
    expect(attachments).toMatchObject([{ filename: 'summary.xml', type: 'text/xml', content: summary }])
    expect(answered).toMatchObject({ name: 'send', words: [expect.any(Uint8Array), { mailFrom: '', rcptTo: [ann] }] })
    expect(others).toEqual([])
  })

  test('the answer, opened by the same example, is a notification that Bob may speak for', async () => {
    const { sent } = await send()
    const [, answered] = await receive(bobFiles, sent[0]!)
    const [raw, envelope] = answered!.words as [Uint8Array, Handed['envelope']]
    const calls = await receive(annFiles, { raw, envelope })
    expect(calls).toMatchObject([{ name: 'match', words: [{ disposition: { dispositionType: 'processed' } }, [bob]] }])
  })

  test('a sender who is not trusted is reported, and nothing is delivered or sent', async () => {
    const { sent } = await send()
    const calls = await receive({ ...bobFiles, 'anchors.crt': annFiles['anchors.crt'] ?? '' }, sent[0]!)
    expect(calls).toMatchObject([{ name: 'report', words: ['untrusted', expect.stringContaining('No anchor')] }])
  })

  test('a store that does not answer keeps the message for later', async () => {
    const { sent } = await send()
    const trust = { anchors: () => Promise.reject(new Error('the database is away')) }
    const createAgent: typeof library.createAgent = (options) => library.createAgent({ ...options, trust })
    const calls = await receive(bobFiles, sent[0]!, { createAgent })
    expect(calls).toEqual([{ name: 'keep', words: [sent[0]?.raw] }])
  })
})
