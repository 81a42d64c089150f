import type { Random } from '../../../scripts/fuzz/random.js'
import { identityList } from '../../../src/agent/index.js'
import type { Decrypter } from '../../../src/crypto/index.js'
import { HttpError } from '../../../src/http/index.js'
import type { Identity } from '../../../src/keys/index.js'
import { anchorOf } from '../../../src/path/index.js'
import { anchorList } from '../../../src/trust/index.js'
import type { Certificate } from '../../../src/x509/index.js'
import { issueAuthority } from '../../helpers/issue.js'
import { day, now } from '../world.js'
import {
  answerOf,
  issuerAt,
  type ListOwner,
  listAt,
  listOf,
  network,
  type Page,
  published,
  type Surroundings,
  type Trial,
} from './scene.js'

/** What is wrong in one trial. All else is as it should be, and once it is over, this is too. */
export interface Fault {
  /** In place of those that are sound. */
  readonly surroundings?: Partial<Surroundings>
  /** What comes in, or is to be sealed, in place of the message. */
  readonly raw?: Uint8Array
  /** Gives up when it is aborted. */
  readonly signal?: AbortSignal
  readonly receivedAt?: number
  /** The twin comes before, and not when the fault is over. */
  readonly isLater?: true
  /** The agent keeps what it was told; the twin comes some time afterwards. */
  readonly isKept?: true
}

export type Deed = (trial: Trial) => Fault | Promise<Fault>

/** A port that fails, in one of the ways in which ports of others do. */
export function failing(random: Random): () => Promise<never> {
  const thrown = random.pick<unknown>([
    new Error('connection refused'),
    new TypeError('fetch failed'),
    new DOMException('too slow', 'TimeoutError'),
    new HttpError('ERR_HTTP_STATUS', 'the server answers with status 403'),
    'no',
    undefined,
  ])
  return random.chance(0.5)
    ? () => Promise.reject(thrown)
    : () => {
        throw thrown
      }
}

/** A port that never answers, and a caller who gives up while it waits. */
export function silent(random: Random): { readonly port: () => Promise<never>; readonly signal: AbortSignal } {
  const controller = new AbortController()
  const giveUp = () => controller.abort(new Error('the caller gave up'))
  const afterMs = random.int(5)
  const port = () => {
    setTimeout(giveUp, afterMs)
    return new Promise<never>(() => undefined)
  }
  return { port, signal: controller.signal }
}

/** The reader with another key in the place of its own. */
function readerWith({ reader }: Trial, key: Decrypter): Partial<Surroundings> {
  const decryption = reader.identity.decryption.map((each) => ({ ...each, key }))
  const identity: Identity = { ...reader.identity, decryption }
  return { identities: identityList([identity]) }
}

const ports: Readonly<Record<string, Deed>> = {
  'the store of identities fails': ({ random }) => ({ surroundings: { identities: { find: failing(random) } } }),
  'the store of identities is silent, the caller gives up': ({ random }) => {
    const { port, signal } = silent(random)
    return { surroundings: { identities: { find: port } }, signal }
  },
  'the store of anchors fails': ({ random }) => ({ surroundings: { trust: { anchors: failing(random) } } }),
  'the store of anchors is silent, the caller gives up': ({ random }) => {
    const { port, signal } = silent(random)
    return { surroundings: { trust: { anchors: port } }, signal }
  },
  'the list of local addresses fails': ({ random }) => ({ surroundings: { serves: failing(random) } }),
  'the list of local addresses is silent, the caller gives up': ({ random }) => {
    const { port, signal } = silent(random)
    return { surroundings: { serves: port }, signal }
  },
  'the key service fails': (trial) => {
    const decryptKey = failing(trial.random)
    return { surroundings: readerWith(trial, { decryptKey }) }
  },
  'the key service is throttled': (trial) => {
    const decryptKey = () => Promise.reject(Object.assign(new Error('too many requests'), { status: 429 }))
    return { surroundings: readerWith(trial, { decryptKey }) }
  },
  'the key service is silent, the caller gives up': (trial) => {
    const { port, signal } = silent(trial.random)
    return { surroundings: readerWith(trial, { decryptKey: port }), signal }
  },
  'the key service answers with another key': (trial) => {
    const answer = trial.random.bytes(trial.random.pick([0, 16, 32, 32, 33]))
    return { surroundings: readerWith(trial, { decryptKey: async () => answer }) }
  },
  'the store of what was seen fails': ({ random }) => ({ surroundings: { seen: { keep: failing(random) } } }),
  'the store of what was seen is silent, the caller gives up': ({ random }) => {
    const { port, signal } = silent(random)
    return { surroundings: { seen: { keep: port } }, signal }
  },
}

const serverErrors: readonly number[] = [500, 502, 503, 504, 408, 429]
const lacking: readonly number[] = [403, 404, 410]
const statusOf = (status: number) => new Response('<html>', { status })
const listOwners: readonly ListOwner[] = ['clinic', 'issuing']

/** One of the two lists that a message of Ann's needs is this instead. */
function listIs(page: (owner: ListOwner, trial: Trial) => Page): Deed {
  return (trial) => {
    const owner = trial.random.pick(listOwners)
    return withPage(trial, listAt(owner), page(owner, trial))
  }
}

export function withPage({ scene }: Trial, url: string, page: Page): Fault {
  return { surroundings: { fetch: network({ ...published(scene), [url]: page }) } }
}

export const kept = (trial: Trial, url: string, page: Page): Fault => ({ ...withPage(trial, url, page), isKept: true })

const welcome = () => new Response('<html>Welcome</html>')
const unreachable: Page = () => Promise.reject(new TypeError('fetch failed'))

const servers: Readonly<Record<string, Deed>> = {
  'no server can be reached': () => ({ surroundings: { fetch: network({}) } }),
  'a server of lists has an error': listIs(
    (_, { random }) =>
      async () =>
        statusOf(random.pick(serverErrors)),
  ),
  'a server of lists does not have it': listIs(
    (_, { random }) =>
      async () =>
        statusOf(random.pick(lacking)),
  ),
  'a server of lists is slow': listIs((owner, { random }) => async () => {
    await new Promise((resolve) => setTimeout(resolve, random.int(20)))
    return answerOf(await listOf(owner))
  }),
  'a server of lists is silent': listIs(() => () => new Promise<never>(() => undefined)),
  'a server of lists is silent, the caller gives up': (trial) => {
    const { port, signal } = silent(trial.random)
    return { ...withPage(trial, listAt(trial.random.pick(listOwners)), port), signal }
  },
  'a server of lists breaks off': listIs((owner) => async () => {
    const list = await listOf(owner)
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(list.subarray(0, 100))
        controller.error(new TypeError('terminated'))
      },
    })
    return new Response(body)
  }),
  'a server of lists sends a page of its own': listIs(() => async () => welcome()),
  'a server of lists sends a part': listIs((owner, { random }) => async () => {
    const list = await listOf(owner)
    return answerOf(list.slice(0, random.int(list.length)))
  }),
  'a server of lists sends a damaged one': listIs((owner, { random }) => async () => {
    const list = await listOf(owner)
    list[random.int(list.length)]! ^= 1 << random.int(8)
    return answerOf(list)
  }),
  'a server of lists sends one that is out of date': listIs((owner, { random }) => async () => {
    const nextUpdate = now - day * (1 + random.int(5))
    return answerOf(await listOf(owner, { thisUpdate: nextUpdate - day, nextUpdate }))
  }),
  'a server of lists sends the one of another authority': listIs(() => async () => answerOf(await listOf('hospital'))),
  'a server of lists sends one that another key signed': listIs((owner) => async () => {
    return answerOf(await listOf(owner, { signedBy: 'Hospital CA' }))
  }),
  'a server of lists redirects in a circle': listIs((owner) => async () => {
    return new Response(null, { status: 302, headers: { location: listAt(owner) } })
  }),
  'the server of an issuer has an error': (trial) => {
    return withPage(trial, issuerAt, async () => statusOf(trial.random.pick(serverErrors)))
  },
  'the server of an issuer cannot be reached': (trial) => withPage(trial, issuerAt, unreachable),
  'the server of an issuer does not have it': (trial) => {
    return withPage(trial, issuerAt, async () => statusOf(trial.random.pick(lacking)))
  },
  'the server of an issuer sends another certificate': (trial) => {
    return kept(trial, issuerAt, async () => answerOf(Uint8Array.from(trial.scene.hospitalCa.bytes)))
  },
  'the server of an issuer sends a page of its own': (trial) => kept(trial, issuerAt, async () => welcome()),
  'the certificate of the sender is revoked': (trial) => {
    const revoked = [trial.sender.certificate.serialNumber]
    return kept(trial, listAt('issuing'), async () => answerOf(await listOf('issuing', { revoked })))
  },
  'the certificate of its issuer is revoked': (trial) => {
    const revoked = [trial.scene.issuingCa.serialNumber]
    return kept(trial, listAt('clinic'), async () => answerOf(await listOf('clinic', { revoked })))
  },
}

/** An authority of the name of the clinic's own. */
const lookalike = (draft: { readonly key?: string; readonly notAfter?: number }): Promise<Certificate> => {
  const made = lookalikes.get(JSON.stringify(draft)) ?? issueAuthority({ cn: 'Clinic CA', ...draft })
  lookalikes.set(JSON.stringify(draft), made)
  return made
}
const lookalikes = new Map<string, Promise<Certificate>>()

const anchors: Readonly<Record<string, Deed>> = {
  'the anchor is missing': ({ scene: { hospitalCa }, random }) => ({
    surroundings: { trust: anchorList(random.chance(0.5) ? [] : [hospitalCa]) },
  }),
  'the anchor has been removed since': () => ({ surroundings: { trust: anchorList([]) }, isLater: true }),
  'the anchor is for the other direction': onlyWhen(({ direction }) => direction === 'outgoing'),
  'the anchor is for notifications': onlyWhen(({ about }) => about === 'notification'),
  'the anchor has expired': async ({ random }) => {
    const notAfter = now - day * (1 + random.int(100))
    return { surroundings: { trust: anchorList([await lookalike({ key: 'Clinic CA', notAfter })]) } }
  },
  'the anchor is one of the same name': async () => {
    return { surroundings: { trust: anchorList([await lookalike({ key: 'Hospital CA' })]) } }
  },
}

type AnchorQuery = Parameters<Surroundings['trust']['anchors']>[0]

function onlyWhen(isMeant: (query: AnchorQuery) => boolean): Deed {
  return ({ scene }) => {
    const trust = { anchors: async (query: AnchorQuery) => (isMeant(query) ? [anchorOf(scene.clinicCa)] : []) }
    return { surroundings: { trust } }
  }
}

/** The certificates of the scene are valid in these years, `now` is in the middle. */
const [begin, end] = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)]

const clocks: Readonly<Record<string, Deed>> = {
  'the clock is some minutes slow': ({ scene, random }) => {
    // As early as is tolerated before the certificates begin.
    const early = begin - random.int(5 * 60) * 1000
    return { surroundings: { clock: () => early, fetch: network(published(scene, begin)) } }
  },
  'the clock is some days slow': ({ random }) => clockAt(now - day * (2 + random.int(100))),
  'the clock is some days fast': ({ random }) => clockAt(now + day * (2 + random.int(200))),
  'the clock is before all certificates': ({ random }) => clockAt(begin - day * (1 + random.int(3000))),
  'the clock is years late': ({ random }) => clockAt(end + day * (1 + random.int(3000))),
  'months late, at the time of receipt': (trial) => atReceipt(trial, now + day * (1 + trial.random.int(200))),
  'years late, at the time of receipt': (trial) => atReceipt(trial, end + day * (2 + trial.random.int(3000))),
}

/** Opened late, with the lists of then, as of when it came in. */
function atReceipt({ scene }: Trial, late: number): Fault {
  return { surroundings: { clock: () => late, fetch: network(published(scene, late)) }, receivedAt: now }
}

function clockAt(instant: number): Fault {
  return { surroundings: { clock: () => instant } }
}

export const openingDeeds: Readonly<Record<string, Deed>> = { ...ports, ...servers, ...anchors, ...clocks }
