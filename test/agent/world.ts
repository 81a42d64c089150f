import { type AgentOptions, createAgent, type Opened, type Sealed } from '../../src/agent/index.js'
import { type Bytes, concat, decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { type Identity, loadIdentity } from '../../src/keys/index.js'
import { type Header, parseHeader, wrapMessage } from '../../src/mime/index.js'
import { encryptEntity, signEntity } from '../../src/smime/index.js'
import type { Step } from '../../src/verdict/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { type Issue, issue, issueAuthority, issueMailbox, keyPair, now } from '../helpers/issue.js'

export { now } from '../helpers/issue.js'
export const day = 86_400_000

/** Somebody with an address, or a whole domain, and what an authority issued to it. */
export interface Party {
  readonly address: string
  readonly certificate: Certificate
  readonly identity: Identity
}

/** Issues a certificate for one address. The key is the one of that name in this file, made when first asked for. */
export async function person(address: string, by: string, draft: Partial<Issue> = {}): Promise<Party> {
  const cn = draft.cn ?? address
  return party(address, await issueMailbox(address, { ...draft, cn, by }), draft.key ?? cn, draft.bits)
}

/** Issues a certificate for everybody in the domain of an address. */
export async function organisation(address: string, by: string, draft: Partial<Issue> = {}): Promise<Party> {
  const cn = draft.cn ?? address.slice(address.indexOf('@') + 1)
  const subjectAltName = [{ type: 'dNSName', value: address.slice(address.indexOf('@') + 1) }] as const
  const keyUsage = ['digitalSignature', 'keyEncipherment'] as const
  return party(address, await issue({ subjectAltName, keyUsage, ...draft, cn, by }), draft.key ?? cn, draft.bits)
}

async function party(address: string, certificate: Certificate, key: string, bits?: number): Promise<Party> {
  const { pkcs8 } = await keyPair(key, bits)
  return { address, certificate, identity: await loadIdentity({ certificate: certificate.bytes, privateKey: pkcs8 }) }
}

/** Ann at the clinic writes to Bob at the hospital; each side has an authority, which the other trusts. */
export interface World {
  readonly clinicCa: Certificate
  readonly hospitalCa: Certificate
  readonly ann: Party
  readonly bob: Party
}

export const ann = 'ann@direct.clinic.example'
export const bob = 'bob@direct.hospital.example'

let made: Promise<World> | undefined

/** The same world for all tests of a file, since keys take long to make. */
export function world(): Promise<World> {
  made ??= build()
  return made
}

async function build(): Promise<World> {
  const clinicCa = await issueAuthority({ cn: 'Clinic CA' })
  const hospitalCa = await issueAuthority({ cn: 'Hospital CA' })
  return { clinicCa, hospitalCa, ann: await person(ann, 'Clinic CA'), bob: await person(bob, 'Hospital CA') }
}

/** The agent of some parties, at the instant the certificates of these tests are in the middle of their lives. */
export function agentOf(parties: readonly Party[], options: Partial<AgentOptions> = {}) {
  const identities = parties.map(({ identity }) => identity)
  return createAgent({ identities, trust: [], discovery: [], clock: () => now, ...options })
}

/** The agents of both sides; each finds the certificates of everybody and trusts the other side's authority. */
export async function bothAgents(options: Partial<AgentOptions> = {}) {
  const { ann, bob, clinicCa, hospitalCa } = await world()
  const discovery = [ann.certificate, bob.certificate]
  return {
    clinic: agentOf([ann], { trust: [hospitalCa], discovery, ...options }),
    hospital: agentOf([bob], { trust: [clinicCa], discovery, ...options }),
  }
}

export const words = { subject: 'Results of Mr Miller', text: 'Potassium is 4.1 mmol/l.\n' }

/** A message as raw lines, for those that the library itself would not write. */
export function lines(...text: readonly string[]): Bytes {
  return encodeUtf8(`${text.join('\r\n')}\r\n`)
}

/** What a peer made: any inner message, wrapped or not, signed by anybody, encrypted to anybody. */
export async function crafted(options: {
  readonly inner: Uint8Array
  readonly signedBy: Party
  readonly to: readonly Party[]
  readonly outer?: readonly string[]
  readonly wrapped?: boolean
}): Promise<Bytes> {
  const { inner, signedBy, to, outer = [`From: ${ann}`, `To: ${bob}`], wrapped = true } = options
  const signing = signedBy.identity.signing
  if (!signing) throw new Error('a party that cannot sign')
  const signed = await signEntity(wrapped ? wrapMessage(inner) : inner, signing, { crypto, at: now })
  return encrypted(signed, to, outer)
}

/** Any entity, encrypted, with an outer header. */
export async function encrypted(
  entity: Uint8Array,
  to: readonly Party[],
  outer: readonly string[] = [`From: ${ann}`, `To: ${bob}`],
): Promise<Bytes> {
  const recipients = to.map(({ certificate }) => ({ certificate, keyTransport: 'RSAES-PKCS1-v1_5' }) as const)
  return concat([lines(...outer), await encryptEntity(entity, { cipher: 'AES-256-CBC', recipients }, crypto)])
}

export const envelope = { mailFrom: ann, rcptTo: [bob] }

export function outerHeader(raw: Uint8Array): Header {
  return parseHeader(raw).header
}

export function innerText({ inner }: Sealed): string {
  return decodeUtf8(inner)
}

/** An opened message; anything else fails the test, with its explanation. */
export function messageIn(opened: Opened) {
  if (opened.kind === 'message') return opened
  throw new Error(`${opened.kind}: ${JSON.stringify(opened.explanation)}`)
}

export function notificationIn(opened: Opened) {
  if (opened.kind === 'notification') return opened
  throw new Error(`${opened.kind}: ${JSON.stringify(opened.explanation)}`)
}

/** What became of a message in one word: its kind, or why it was rejected. */
export function outcomeOf(opened: Opened): string {
  return opened.kind === 'rejected' || opened.kind === 'deferred' ? opened.code : opened.kind
}

/** The code of each rejected recipient, with an "again" where the answer may be another one later. */
export function rejections({ rejected }: Sealed) {
  return rejected.map(({ address, code, temporary }) => [address, code, temporary ? 'again' : 'final'])
}

/** All codes of a tree of steps, with one outcome. */
export function codesOf(steps: readonly Step[], outcome: Step['outcome']): readonly string[] {
  return steps.flatMap((step) => [
    ...(step.outcome === outcome ? [step.code] : []),
    ...codesOf(step.steps ?? [], outcome),
  ])
}
