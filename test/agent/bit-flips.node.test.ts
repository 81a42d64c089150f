import { describe, expect, test } from 'vitest'
import { type Opened, policies } from '../../src/agent/index.js'
import { type Element, parseAsn1, tags } from '../../src/asn1/index.js'
import { encodeHex, indexOf } from '../../src/bytes/index.js'
import { decryptEnvelopedData, parseEnvelopedData } from '../../src/cms/index.js'
import type { Decrypter } from '../../src/crypto/index.js'
import { decodeBody, parseEntity } from '../../src/mime/index.js'
import { agentOf, ann, bob, bothAgents, envelope, messageIn, world } from './world.js'

/** The place that a flipped bit of the message lies in. */
type Place =
  | 'outer header'
  | 'base64 lines and padding'
  | 'CMS structure'
  | 'recipient info'
  | 'content encryption parameters'
  | 'ciphertext of the multipart/signed frame'
  | 'ciphertext of the signed octets'
  | 'ciphertext of the signature part'

const blockOctets = 16

/**
 * A small message, every bit of it flipped, one at a time: it is rejected, or what a person gets is the original to the
 * last byte. There is no third outcome, and nothing is thrown.
 */
describe('a sealed message with one bit flipped', () => {
  test('is rejected, or gives exactly what was sealed; never anything else', { timeout: 600_000 }, async () => {
    const raw = await sealedMessage()
    const places = await placesOf(raw)
    const hospital = await openingAgent()
    const original = whatAPersonGets(await hospital.open(raw, { envelope }))

    const outcomes = await flipAll(raw, (flipped) => hospital.open(flipped, { envelope }))
    print('with the envelope known', outcomes, places)

    const accepted = outcomes.filter(({ opened }) => opened.kind !== 'rejected')
    expect(accepted.filter(({ opened }) => whatAPersonGets(opened) !== original)).toEqual([])
    const inside = accepted.filter(({ offset }) => places[offset] === 'ciphertext of the signed octets')
    expect(inside.map(({ offset, bit }) => ({ offset, bit }))).toEqual([])
    expect(outcomes.length).toBe(raw.length * 8)
  })

  test('in its outer header is harmless or rejected without an envelope, too', { timeout: 120_000 }, async () => {
    const raw = await sealedMessage()
    const places = await placesOf(raw)
    const hospital = await openingAgent()
    const original = whatAPersonGets(await hospital.open(raw))

    const outcomes = await flipAll(raw, (flipped) => hospital.open(flipped), indexOf(raw, bodyMark) + 4)
    print('without an envelope', outcomes, places)
    const accepted = outcomes.filter(({ opened }) => opened.kind !== 'rejected')
    expect(accepted.filter(({ opened }) => whatAPersonGets(opened) !== original)).toEqual([])
    expect(accepted.length).toBeGreaterThan(0)
    expect(accepted.length).toBeLessThan(outcomes.length)
  })
})

const bodyMark = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a)

let sealing: Promise<Uint8Array> | undefined

function sealedMessage(): Promise<Uint8Array> {
  sealing ??= bothAgents().then(async ({ clinic }) => {
    const attachments = [{ filename: 'k.xml', type: 'text/xml', content: '<k>4.1</k>\n' }]
    const sealed = await clinic.seal({ from: ann, to: bob, subject: 'Potassium', text: '4.1\n', attachments })
    return sealed.messages[0]!.raw
  })
  return sealing
}

/** Bob's agent, with a key that remembers what it has unwrapped, as a key service may: most flips leave the key alone. */
async function openingAgent() {
  const { bob: party, clinicCa } = await world()
  const decryption = party.identity.decryption.map((credential) => ({
    ...credential,
    key: remembering(credential.key),
  }))
  return agentOf([{ ...party, identity: { decryption } }], { trust: [clinicCa] })
}

function remembering(key: Decrypter): Decrypter {
  const known = new Map<string, Promise<Uint8Array>>()
  return {
    decryptKey(request) {
      const { algorithm, parameters = new Uint8Array() } = request.algorithm
      const name = [algorithm, encodeHex(parameters), encodeHex(request.encryptedKey), request.length].join()
      const answer = known.get(name) ?? key.decryptKey(request)
      known.set(name, answer)
      return answer
    },
  }
}

interface Outcome {
  readonly offset: number
  readonly bit: number
  readonly opened: Opened
}

async function flipAll(
  raw: Uint8Array,
  open: (flipped: Uint8Array) => Promise<Opened>,
  length: number = raw.length,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (let offset = 0; offset < length; offset++) {
    const flips = [0, 1, 2, 3, 4, 5, 6, 7].map(async (bit) => {
      const flipped = Uint8Array.from(raw)
      flipped[offset]! ^= 1 << bit
      return { offset, bit, opened: await open(flipped) }
    })
    outcomes.push(...(await Promise.all(flips)))
  }
  return outcomes
}

/** Content, attachments, author, recipients, subject and Message-ID, as one text to compare. */
function whatAPersonGets(opened: Opened): string {
  const { message, recipients } = messageIn(opened)
  const { header, author, text, html, attachments } = message
  return JSON.stringify({
    author,
    recipients: recipients.map(({ address }) => address),
    header: { ...header },
    text,
    html,
    attachments: attachments.map((attachment) => ({ ...attachment, content: encodeHex(attachment.content) })),
  })
}

/** The place of every octet of the message. */
async function placesOf(raw: Uint8Array): Promise<readonly Place[]> {
  const entity = parseEntity(raw)
  const cms = decodeBody(entity)
  const cmsPlaces = await placesInCms(cms)
  let letters = 0
  return [...raw].map((octet, offset) => {
    if (offset < entity.span.bodyStart) return 'outer header'
    if (octet === 0x0d || octet === 0x0a || octet === 0x3d) return 'base64 lines and padding'
    // A letter holds six bits: it belongs to the octet that it begins in.
    return cmsPlaces[Math.floor((letters++ * 6) / 8)]!
  })
}

async function placesInCms(cms: Uint8Array): Promise<readonly Place[]> {
  const places: Place[] = Array.from(cms, () => 'CMS structure')
  const mark = (element: Element, place: Place) =>
    places.fill(place, element.offset, element.offset + element.bytes.length)
  const envelopedData = parseAsn1(cms).children[1]!.children[0]!
  const [, recipientInfos, contentInfo] = envelopedData.children
  mark(recipientInfos!, 'recipient info')
  const [, algorithm, encrypted] = contentInfo!.children
  mark(algorithm!, 'content encryption parameters')
  expect(recipientInfos!.tag).toBe(tags.set)

  const plaintext = await plaintextOf(cms)
  const { parts } = parseEntity(plaintext)
  const start = encrypted!.offset + encrypted!.bytes.length - encrypted!.content.length
  for (let block = 0; block * blockOctets < encrypted!.content.length; block++) {
    // A changed block of ciphertext leaves nothing of the block of plaintext that it stands for.
    const from = block * blockOctets
    const touches = (part: number) => from < parts[part]!.span.end && from + blockOctets > parts[part]!.span.start
    const place = touches(0) ? 'signed octets' : touches(1) ? 'signature part' : 'multipart/signed frame'
    places.fill(`ciphertext of the ${place}`, start + from, start + from + blockOctets)
  }
  return places
}

async function plaintextOf(cms: Uint8Array): Promise<Uint8Array> {
  const { bob: party } = await world()
  const ports = { crypto, algorithms: policies.direct.algorithms }
  const opened = await decryptEnvelopedData(parseEnvelopedData(cms), party.identity.decryption, ports)
  if (!opened.ok) throw new Error(opened.code)
  return opened.content
}

function print(title: string, outcomes: readonly Outcome[], places: readonly Place[]): void {
  const names = [...new Set(outcomes.map(({ offset }) => places[offset]!))]
  const rows = names.map((place) => {
    const here = outcomes.filter(({ offset }) => places[offset] === place)
    const rejected = here.filter(({ opened }) => opened.kind === 'rejected').length
    return [place, { flips: here.length, rejected, harmless: here.length - rejected }] as const
  })
  console.log(`One bit flipped, ${title}:`)
  console.table(Object.fromEntries(rows))
}
