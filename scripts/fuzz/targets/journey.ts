import { createAgent, type Opened, policies } from '../../../src/agent/index.js'
import { type Bytes, concat, encodeHex, encodeUtf8 } from '../../../src/bytes/index.js'
import { hostCrypto } from '../../../src/crypto/index.js'
import type { Fetch } from '../../../src/http/index.js'
import { MimeError, parseEntity, wrapMessage } from '../../../src/mime/index.js'
import {
  compressEntity,
  decryptEntity,
  encryptEntity,
  openLayers,
  signEntity,
  verifyEntity,
} from '../../../src/smime/index.js'
import { Broken, type Target } from '../target.js'
import {
  ann,
  annsIdentity,
  at,
  bob,
  bobsCertificate,
  bobsIdentity,
  bobsKeys,
  clinicCa,
  filesByAnn,
  readVector,
} from './scene.js'

const { algorithms } = policies.direct
const openFiles = [
  'agent/open.ts',
  'agent/letter.ts',
  'agent/local-recipients.ts',
  'agent/message.ts',
  'agent/receipt.ts',
]

/** Whole messages: whatever the bytes are, there is an answer, and nothing is accepted that Ann did not sign. */
export const journeyTargets: readonly Target[] = [
  {
    name: 'smime-decrypt',
    files: ['smime/decrypt-entity.ts', 'smime/pkcs7.ts'],
    aside: ['signatureBody'],
    seeds: ['mail'],
    mutators: ['mail', 'base64', 'bytes'],
    own: [MimeError],
    async run(input) {
      await decryptEntity(parseEntity(input), await bobsKeys(), { crypto: hostCrypto(), algorithms })
    },
  },
  {
    name: 'smime-verify',
    files: ['smime/verify-entity.ts', 'smime/pkcs7.ts'],
    seeds: ['mail'],
    mutators: ['mail', 'base64', 'bytes'],
    own: [MimeError],
    async run(input) {
      await verifyEntity(parseEntity(input), { crypto: hostCrypto(), algorithms })
    },
  },
  {
    name: 'smime-layers',
    files: ['smime/open-layers.ts', 'smime/compress-entity.ts'],
    aside: ['compressEntity'],
    seeds: ['mail'],
    made: () =>
      Promise.all(['content/entity.mime', 'signed/opaque.eml'].map((path) => compressEntity(readVector(path)))),
    mutators: ['mail', 'base64', 'bytes'],
    own: [MimeError],
    async run(input) {
      await openLayers(parseEntity(input), await bobsKeys(), { crypto: hostCrypto(), algorithms })
    },
  },
  {
    name: 'open',
    files: openFiles,
    aside: ['openMessage', 'spokenFor'],
    seeds: ['mail'],
    mutators: ['mail', 'base64', 'bytes'],
    own: [],
    run: openedByBob,
  },
  {
    name: 'open-signed',
    files: openFiles,
    aside: ['openMessage', 'spokenFor'],
    seeds: ['mail'],
    mutators: ['mail', 'base64', 'bytes'],
    own: [],
    run: async (input) => openedByBob(await encryptedToBob(input)),
  },
  {
    name: 'open-inner',
    files: [...openFiles, 'notification/parse-notification.ts'],
    seeds: ['mail'],
    mutators: ['mail', 'text'],
    own: [],
    async run(input) {
      const { signing } = await annsIdentity()
      const ports = { crypto: hostCrypto(), at }
      const signed = await signEntity(input.length % 2 === 0 ? wrapMessage(input) : input, signing!, ports)
      answerOf(await openByBob(await encryptedToBob(signed)))
    },
  },
]

async function encryptedToBob(entity: Uint8Array): Promise<Bytes> {
  const recipients = [{ certificate: bobsCertificate(), keyTransport: 'RSAES-PKCS1-v1_5' } as const]
  const header = encodeUtf8(`From: ${ann}\r\nTo: ${bob}\r\n`)
  return concat([header, await encryptEntity(entity, { cipher: 'AES-256-CBC', recipients }, hostCrypto())])
}

async function openByBob(raw: Uint8Array): Promise<Opened> {
  const identities = [await bobsIdentity()]
  const agent = createAgent({ identities, trust: [clinicCa()], discovery: [], clock: () => at, fetch: clinicList })
  return agent.open(raw, raw.length % 2 === 0 ? { envelope: { mailFrom: ann, rcptTo: [bob] } } : {})
}

/** A network on which the list of the clinic's authority is, and nothing else: it always answers. */
const clinicList: Fetch = async (url) =>
  url === 'http://crl.clinic.example/ca.crl'
    ? new Response(Uint8Array.from(readVector('clinic-ca/ca.crl')))
    : new Response('', { status: 404 })

async function openedByBob(raw: Uint8Array): Promise<void> {
  const opened = await openByBob(raw)
  answerOf(opened)
  if (opened.kind !== 'message') return
  signed ??= contentsByAnn()
  if (!(await signed).has(await digestOf(opened.message.raw))) throw new Broken('what was not signed is accepted')
}

let signed: Promise<ReadonlySet<string>> | undefined

/** Digests of all that Ann has signed: nothing else may be accepted, whatever is done to the message around it. */
async function contentsByAnn(): Promise<ReadonlySet<string>> {
  const digests = filesByAnn.map(async (path) => {
    const bytes = readVector(path)
    const opened = await openByBob(path.startsWith('signed/') ? await encryptedToBob(bytes) : bytes)
    if (opened.kind !== 'message') throw new Error(`${path} is not opened`)
    return digestOf(opened.message.raw)
  })
  return new Set(await Promise.all(digests))
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  return encodeHex(new Uint8Array(await hostCrypto().subtle.digest('SHA-256', Uint8Array.from(bytes))))
}

function answerOf({ kind }: Opened): void {
  if (kind === 'deferred') throw new Broken('an answer is put off though every port has answered')
}
