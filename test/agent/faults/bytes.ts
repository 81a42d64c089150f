import type { Random } from '../../../scripts/fuzz/random.js'
import { policies } from '../../../src/agent/index.js'
import { concat, encodeBase64Lines, encodeUtf8, indexOf } from '../../../src/bytes/index.js'
import {
  buildCertificatesOnly,
  buildSignedData,
  decryptEnvelopedData,
  parseEnvelopedData,
  parseSignedData,
  recipientAlgorithms,
} from '../../../src/cms/index.js'
import {
  buildMultipart,
  buildPart,
  decodeBody,
  type Entity,
  parseEntity,
  parseHeader,
  serializeHeader,
  unwrapMessage,
  wrapMessage,
} from '../../../src/mime/index.js'
import { encryptEntity, signEntity } from '../../../src/smime/index.js'
import { ann, now, type Party } from '../world.js'
import type { Deed } from './opening.js'
import type { Trial } from './scene.js'

// What is done to the octets on the way, as anybody can, and by somebody who writes as Ann's system would.

const mallory = 'mallory@direct.rival.example'
const ida = 'ida@direct.elsewhere.example'

/** One bit of some octets turned, from one offset to another. */
function bitTurned(bytes: Uint8Array, random: Random, from = 0, to = bytes.length): Uint8Array {
  const turned = Uint8Array.from(bytes)
  turned[from + random.int(to - from)]! ^= 1 << random.int(8)
  return turned
}

/** One bit turned of the part of some octets that is these. */
function bitTurnedWithin(bytes: Uint8Array, part: Uint8Array, random: Random): Uint8Array {
  const from = indexOf(bytes, part)
  return bitTurned(bytes, random, from, from + part.length)
}

const headerEnd = encodeUtf8('\r\n\r\n')

/** The fields of a message, blank line included, and what follows. */
function halves(raw: Uint8Array): { readonly head: Uint8Array; readonly body: Uint8Array } {
  const at = indexOf(raw, headerEnd) + headerEnd.length
  return { head: raw.subarray(0, at), body: raw.subarray(at) }
}

/** The message with its EnvelopedData changed, in base64 of the usual lines. */
function withEnvelope({ raw }: Trial, change: (cms: Uint8Array) => Uint8Array): Uint8Array {
  return encodeBase64Lines(change(decodeBody(parseEntity(raw))), halves(raw).head)
}

/** The fields of an entity or message of one name are these. */
function withFields(message: Uint8Array, name: string, ...bodies: readonly string[]): Uint8Array {
  const { header } = parseHeader(message)
  const fields = header.fields.flatMap((field) => {
    if (field.name !== name) return [field.bytes]
    return bodies.map((body) => serializeHeader([[name, body]]))
  })
  return concat([...fields, message.subarray(header.bytes.length)])
}

/** What was signed, and the signature, of the message that Ann's system sealed. */
interface Inside {
  readonly entity: Uint8Array
  readonly content: Uint8Array
  readonly signature: Uint8Array
}

async function inside({ raw, reader }: Trial): Promise<Inside> {
  const enveloped = parseEnvelopedData(decodeBody(parseEntity(raw)))
  const ports = { crypto, algorithms: policies.direct.algorithms }
  const opened = await decryptEnvelopedData(enveloped, reader.identity.decryption, ports)
  if (!opened.ok) throw new Error(opened.code)
  const [content, signature] = parseEntity(opened.content).parts as readonly [Entity, Entity]
  return { entity: opened.content, content: content.bytes, signature: decodeBody(signature) }
}

/** The same outer header with another entity inside of the encryption. */
async function resealed({ raw, reader }: Trial, entity: Uint8Array, to: Party = reader): Promise<Uint8Array> {
  const { header } = parseHeader(raw)
  const fields = header.fields.filter(({ name }) => !/^(content-|mime-version)/i.test(name))
  const { cipher, draft } = recipientAlgorithms(to.certificate, policies.direct.sending)!
  const encrypted = await encryptEntity(entity, { cipher, recipients: [draft] }, crypto)
  return concat([...fields.map(({ bytes }) => bytes), encrypted])
}

function signedWith(content: Uint8Array, signature: Uint8Array): Uint8Array {
  const part = buildPart({
    contentType: 'application/pkcs7-signature; name="smime.p7s"',
    transferEncoding: 'base64',
    content: Uint8Array.from(signature),
  })
  const parameters = { protocol: 'application/pkcs7-signature', micalg: 'sha-256' }
  return buildMultipart('signed', [Uint8Array.from(content), part], parameters)
}

/** Another content, or another signature, in the place of Ann's. */
function changedInside(change: (was: Inside, trial: Trial) => Partial<Inside> | Promise<Partial<Inside>>): Deed {
  return async (trial) => {
    const was = await inside(trial)
    const { entity, content, signature } = { ...was, entity: undefined, ...(await change(was, trial)) }
    return { raw: await resealed(trial, entity ?? signedWith(content, signature)) }
  }
}

/** The wrapped message changed, and the signature what it was. */
const changedMessage = (change: (message: Uint8Array) => Uint8Array) =>
  changedInside(({ content }) => ({ content: wrapMessage(change(unwrapMessage(parseEntity(content))!)) }))

/** Another message than Ann's, or another signer, and all else as it should be. */
function signedAnew(
  change: (message: Uint8Array) => Uint8Array,
  signer: (trial: Trial) => Party = ({ sender }) => sender,
): Deed {
  return async (trial) => {
    const { content } = await inside(trial)
    const message = change(unwrapMessage(parseEntity(content))!)
    const signing = signer(trial).identity.signing!
    return { raw: await resealed(trial, await signEntity(wrapMessage(message), signing, { crypto, at: now })) }
  }
}

const asItIs = (message: Uint8Array) => message

const transport: Readonly<Record<string, Deed>> = {
  truncated: ({ raw, random }) => ({ raw: raw.slice(0, random.int(raw.length)) }),
  'a part is gone': ({ raw, random }) => {
    const from = random.int(raw.length)
    return { raw: concat([raw.subarray(0, from), raw.subarray(from + 1 + random.int(100))]) }
  },
  'a bit of the outer header': ({ raw, random }) => {
    return { raw: bitTurned(raw, random, 0, halves(raw).head.length - headerEnd.length) }
  },
  'a bit of the envelope': (trial) => ({
    raw: withEnvelope(trial, (cms) => {
      const { encryptedContent } = parseEnvelopedData(cms).encryptedContentInfo
      return bitTurned(cms, trial.random, 0, indexOf(cms, encryptedContent))
    }),
  }),
  'a bit of the ciphertext': (trial) => ({
    raw: withEnvelope(trial, (cms) => {
      const { encryptedContent } = parseEnvelopedData(cms).encryptedContentInfo
      return bitTurnedWithin(cms, encryptedContent, trial.random)
    }),
  }),
  'octets at random': ({ raw, random }) => {
    const octets = random.bytes(random.int(3000))
    return { raw: random.chance(0.5) ? octets : concat([halves(raw).head, octets]) }
  },
  'line ends without CR': ({ raw }) => ({ raw: raw.filter((octet) => octet !== 0x0d) }),
  'From is exchanged outside': ({ raw }) => ({ raw: withFields(raw, 'From', mallory) }),
  'a second From outside': ({ raw }) => ({ raw: withFields(raw, 'From', mallory, ann) }),
  'recipients are exchanged outside': ({ raw }) => ({ raw: withFields(raw, 'To', ida) }),
}

const insides: Readonly<Record<string, Deed>> = {
  'nothing, and encrypted anew': changedInside(() => ({})),
  'a bit of the signed content': changedInside(({ content }, { random }) => ({ content: bitTurned(content, random) })),
  'a bit of the signed attributes': changedInside(({ signature }, { random }) => {
    const [{ signedAttrs }] = parseSignedData(signature).signerInfos as [SignerInfo]
    return { signature: bitTurnedWithin(signature, signedAttrs!.element.content, random) }
  }),
  'a bit of the signature': changedInside(({ signature }, { random }) => {
    const [signerInfo] = parseSignedData(signature).signerInfos as [SignerInfo]
    return { signature: bitTurnedWithin(signature, signerInfo.signature, random) }
  }),
  'a bit of the certificate': changedInside(({ signature }, { sender, random }) => ({
    signature: bitTurnedWithin(signature, sender.certificate.bytes, random),
  })),
  'the signers are taken out': changedInside((_, { sender }) => ({
    signature: buildCertificatesOnly([sender.certificate]),
  })),
  'the signature is taken off': changedInside(({ content }) => ({ entity: content })),
  'the encryption is taken off': async (trial) => {
    const { header } = parseHeader(trial.raw)
    const fields = header.fields.filter(({ name }) => !/^content-/i.test(name))
    return { raw: concat([...fields.map(({ bytes }) => bytes), (await inside(trial)).entity]) }
  },
  'the wrapper is taken off': changedInside(({ content }) => ({ content: unwrapMessage(parseEntity(content))! })),
  'From is exchanged inside': changedMessage((message) => withFields(message, 'From', mallory)),
  'a second From inside': changedMessage((message) => withFields(message, 'From', mallory, ann)),
  'recipients are exchanged inside': changedMessage((message) => withFields(message, 'To', ida)),
  'the signature of another message': changedInside(async (_, { sender, random }) => {
    const content = random.bytes(100)
    return { signature: await buildSignedData({ content, signer: sender.identity.signing!, signingTime: now }, crypto) }
  }),
}

type SignerInfo = ReturnType<typeof parseSignedData>['signerInfos'][number]

const signed: Readonly<Record<string, Deed>> = {
  'nothing, and signed and encrypted anew': signedAnew(asItIs),
  'From is exchanged, and signed': signedAnew((message) => withFields(message, 'From', mallory)),
  'a second From, and signed': signedAnew((message) => withFields(message, 'From', ann, mallory)),
  'recipients are exchanged, and signed': signedAnew((message) => withFields(message, 'To', ida)),
  'encrypted to another': async (trial) => {
    return { raw: await resealed(trial, (await inside(trial)).entity, trial.scene.carol) }
  },
  'signed by another whom one trusts': signedAnew(asItIs, ({ scene }) => scene.carol),
  'signed by another of the same address': signedAnew(asItIs, ({ scene }) => scene.stranger),
  'signed with another key': signedAnew(asItIs, ({ scene: { stranger }, sender }) => {
    const { key, chain } = stranger.identity.signing!
    const signing = { certificate: sender.certificate, chain, key }
    return { ...sender, identity: { ...sender.identity, signing } }
  }),
}

export const byteDeeds: Readonly<Record<string, Deed>> = { ...transport, ...insides, ...signed }
