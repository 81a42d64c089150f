import type { Random } from '../../../scripts/fuzz/random.js'
import {
  type Agent,
  createAgent,
  type IdentityStore,
  identityList,
  limiterInMemory,
  type NotificationLimiter,
  type OutgoingMessage,
  type Sealed,
  type SeenStore,
  type Serves,
  seenInMemory,
} from '../../../src/agent/index.js'
import { certificateList, type Discovery } from '../../../src/discovery/index.js'
import type { Fetch, FetchRequest } from '../../../src/http/index.js'
import { loadIdentity } from '../../../src/keys/index.js'
import { anchorList, type TrustStore } from '../../../src/trust/index.js'
import {
  accessMethods,
  buildCertificateList,
  buildName,
  type Certificate,
  distributionPointAt,
} from '../../../src/x509/index.js'
import { type Issue, issueAuthority, issueMailbox, keyPair } from '../../helpers/issue.js'
import { ann, bob, day, now, type Party, person } from '../world.js'

/** Ann and Bob, each with a key for RSA and one of a curve; the clinic has an authority below its root. */
export interface Scene {
  readonly clinicCa: Certificate
  readonly issuingCa: Certificate
  readonly hospitalCa: Certificate
  readonly anns: readonly Party[]
  readonly bobs: readonly Party[]
  /** Somebody at the clinic whom the hospital trusts as well. */
  readonly carol: Party
  /** Ann's address, by an authority that nobody knows. */
  readonly stranger: Party
}

export const carol = 'carol@direct.clinic.example'
export const listAt = (name: ListOwner) => `http://crl.example/${names[name].replaceAll(' ', '-')}.crl`
export const issuerAt = 'http://ca.example/issuing.cer'

/** Those who publish a list of what they revoked. */
export type ListOwner = 'clinic' | 'issuing' | 'hospital'
const names: Readonly<Record<ListOwner, string>> = {
  clinic: 'Clinic CA',
  issuing: 'Issuing CA',
  hospital: 'Hospital CA',
}

export const pointers = (name: ListOwner) => ({ cRLDistributionPoints: [distributionPointAt(listAt(name))] })

const issuer = {
  accessMethod: accessMethods.caIssuers,
  accessLocation: { type: 'uniformResourceIdentifier', value: issuerAt },
} as const

export async function makeScene(): Promise<Scene> {
  const clinicCa = await issueAuthority({ cn: names.clinic })
  const hospitalCa = await issueAuthority({ cn: names.hospital })
  const issuingCa = await issueAuthority({ cn: names.issuing, by: names.clinic, ...pointers('clinic') })
  const atClinic = { authorityInfoAccess: [issuer], ...pointers('issuing') }
  return {
    clinicCa,
    issuingCa,
    hospitalCa,
    anns: [await person(ann, names.issuing, atClinic), await personOfCurve(ann, names.issuing, atClinic)],
    bobs: [
      await person(bob, names.hospital, pointers('hospital')),
      await personOfCurve(bob, names.hospital, pointers('hospital')),
    ],
    carol: await personOfCurve(carol, names.issuing, atClinic),
    stranger: await personOfCurve(ann, 'Nobody CA', {}),
  }
}

/** As {@link person}, with a key of P-256. */
async function personOfCurve(address: string, by: string, draft: Partial<Issue>): Promise<Party> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  const privateKey = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  const keyUsage = ['digitalSignature', 'keyAgreement'] as const
  const issued = { cn: `${address} of P-256`, key: by, by, publicKey, keyUsage, ...draft }
  const certificate = await issueMailbox(address, issued)
  return { address, certificate, identity: await loadIdentity({ certificate: certificate.bytes, privateKey }) }
}

interface ListDraft {
  readonly revoked?: readonly bigint[]
  readonly thisUpdate?: number
  readonly nextUpdate?: number
  /** Who signs it, when that is not its issuer. */
  readonly signedBy?: string
}

/** A list of an authority. The same draft gives the same octets, without being signed again. */
export async function listOf(name: ListOwner, draft: ListDraft = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { revoked = [], thisUpdate = now - day, nextUpdate = now + day, signedBy = names[name] } = draft
  const key = JSON.stringify([name, revoked.map(String), thisUpdate, nextUpdate, signedBy])
  const list =
    lists.get(key) ??
    buildCertificateList(
      {
        issuer: buildName([['CN', names[name]]]),
        thisUpdate,
        nextUpdate,
        revoked: revoked.map((serialNumber) => ({ serialNumber, revocationDate: now - day })),
      },
      (await keyPair(signedBy)).signer(),
    )
  lists.set(key, list)
  return Uint8Array.from(await list)
}

const lists = new Map<string, Promise<Uint8Array>>()

/** What a server answers. */
export type Page = (request: FetchRequest) => Promise<Response>
export type Pages = Readonly<Record<string, Page>>

export const answerOf = (bytes: Uint8Array<ArrayBuffer>): Response => new Response(bytes)

/** All that is published, as of an instant. */
export function published({ issuingCa }: Scene, at = now): Pages {
  const list = (name: ListOwner): Page => {
    return async () => answerOf(await listOf(name, { thisUpdate: at - day, nextUpdate: at + day }))
  }
  return {
    [listAt('clinic')]: list('clinic'),
    [listAt('issuing')]: list('issuing'),
    [listAt('hospital')]: list('hospital'),
    [issuerAt]: async () => answerOf(Uint8Array.from(issuingCa.bytes)),
  }
}

/** A network with these pages. What is no page cannot be reached. */
export function network(pages: Pages): Fetch {
  return async (url, request) => {
    const page = pages[url]
    if (!page) throw new TypeError('fetch failed')
    return page(request)
  }
}

/** Everything that an agent asks. */
export interface Surroundings {
  readonly identities: IdentityStore
  readonly trust: TrustStore
  readonly discovery: Discovery
  readonly fetch: Fetch
  readonly seen: SeenStore
  readonly serves: Serves
  readonly limiter: NotificationLimiter
  readonly clock: () => number
}

/** The surroundings of one side, in which nothing fails. */
function soundSurroundings(scene: Scene, own: Party, peer: Party, anchor: Certificate): Surroundings {
  return {
    identities: identityList([own.identity]),
    trust: anchorList([anchor]),
    discovery: certificateList([peer.certificate]),
    fetch: network(published(scene)),
    seen: seenInMemory(),
    serves: async (address) => (address === own.address ? [address] : []),
    limiter: limiterInMemory({ maxNotifications: 10, periodMs: day }),
    clock: () => now,
  }
}

/** An agent that looks anew, at each question, at what its surroundings are by now. */
export function agentWithin(current: () => Surroundings): Agent {
  return createAgent({
    identities: { find: (query) => current().identities.find(query) },
    trust: { anchors: (query) => current().trust.anchors(query) },
    discovery: { find: (question) => current().discovery.find(question) },
    fetch: (url, request) => current().fetch(url, request),
    seen: { keep: (key, value, at) => current().seen.keep(key, value, at) },
    serves: (address, given) => current().serves(address, given),
    limiter: { take: (request) => current().limiter.take(request) },
    clock: () => current().clock(),
  })
}

/** One message, sealed, and those between whom it goes. */
export interface Trial {
  readonly random: Random
  readonly scene: Scene
  readonly sender: Party
  readonly reader: Party
  readonly message: OutgoingMessage
  readonly sealed: Sealed
  readonly raw: Uint8Array
  readonly clinic: Surroundings
  readonly hospital: Surroundings
}

/** Writes and seals a message at random. */
export async function makeTrial(scene: Scene, random: Random): Promise<Trial> {
  // RSA takes most of the time, and says no more than a curve where the fault lies elsewhere.
  const [sender, reader] = [scene.anns, scene.bobs].map(([rsa, curve]) => (random.chance(0.2) ? rsa! : curve!)) as [
    Party,
    Party,
  ]
  const clinic = soundSurroundings(scene, sender, reader, scene.hospitalCa)
  const hospital = soundSurroundings(scene, reader, sender, scene.clinicCa)
  const message = messageAtRandom(random)
  const sealed = await agentWithin(() => clinic).seal(message)
  return { random, scene, sender, reader, message, sealed, raw: sealed.messages[0]!.raw, clinic, hospital }
}

const alphabet = [...'abcdefgh  ijklmnopqrst, uvwxyz. 0123456789 äöüß €ñ ✓\n\t=?<>"']

function messageAtRandom(random: Random): OutgoingMessage {
  const text = (length: number) => Array.from({ length: random.int(length) }, () => random.pick(alphabet)).join('')
  const attachments = Array.from({ length: random.int(3) }, (_, index) => ({
    filename: `${index}.bin`,
    type: 'application/octet-stream',
    content: random.bytes(random.int(2000)),
  }))
  return {
    from: ann,
    to: bob,
    subject: text(60).replace(/[\n\t]/g, ' '),
    text: text(1000),
    ...(random.chance(0.3) && { html: `<p>${text(200).replace(/[<>&]/g, '')}</p>` }),
    ...(attachments.length > 0 && { attachments }),
    requestDelivery: random.chance(0.3),
  }
}
