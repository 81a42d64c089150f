import { describe, expect, test } from 'vitest'
import type { Opened } from '../../src/agent/index.js'
import { concat, decodeUtf8, encodeUtf8, indexOf } from '../../src/bytes/index.js'
import { parseEnvelopedData } from '../../src/cms/index.js'
import {
  buildMultipart,
  buildPart,
  decodeBody,
  type MimeLimits,
  parseEntity,
  wrapMessage,
} from '../../src/mime/index.js'
import { compressEntity, encryptEntity, signEntity } from '../../src/smime/index.js'
import { explain } from '../../src/verdict/index.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  crafted,
  encrypted,
  lines,
  messageIn,
  now,
  organisation,
  outcomeOf,
  person,
  world,
} from './world.js'

const header = `From: ${ann}\r\nTo: ${bob}\r\nSubject: Results of Mr Miller\r\nMIME-Version: 1.0\r\n`
const withBody = (body: Uint8Array) => encodeUtf8(header + decodeUtf8(body))

describe('what lies below the verified message is content, untouched (AS-48)', () => {
  test('a forwarded, a signed and an encrypted message are attachments, octet for octet', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const other = lines('From: carol@direct.other.example', `To: ${ann}`, 'Subject: Forwarded', '', 'Below.')
    const forwarded = wrapMessage(other)
    const signed = await signEntity(forwarded, sender.identity.signing!, { crypto, at: now })
    const recipients = [{ certificate: reader.certificate, keyTransport: 'RSAES-PKCS1-v1_5' }] as const
    const sealed = await encryptEntity(forwarded, { cipher: 'AES-256-CBC', recipients }, crypto)
    const text = buildPart({ contentType: 'text/plain', content: encodeUtf8('See below.\r\n') })
    const inner = withBody(buildMultipart('mixed', [text, forwarded, signed, sealed]))
    const { message } = messageIn(await hospital.open(await crafted({ inner, signedBy: sender, to: [reader] })))

    expect(message.author).toBe(ann)
    expect(message.text).toBe('See below.\n')
    expect(message.attachments.map(({ type }) => type)).toEqual([
      'message/rfc822',
      'message/rfc822',
      'application/pkcs7-signature',
      'application/pkcs7-mime',
    ])
    expect(message.attachments[0]!.content).toEqual(other)
    expect(message.attachments[1]!.content).toEqual(other)
    const [, , , encryptedPart] = parseEntity(inner).parts
    expect(message.raw).toEqual(inner)
    expect(encryptedPart!.bytes).toEqual(sealed)
    expect(indexOf(message.attachments[3]!.content, encodeUtf8('Below.'))).toBe(-1)
  })

  test.each([
    { comment: 'an encrypted part', form: 'detached' as const },
    { comment: 'an opaque signature', form: 'opaque' as const },
  ])('the limits of a header hold inside of $comment', async ({ form }) => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const agent = agentOf([reader], { trust: [clinicCa], limits: { maxFields: 20 } })
    const open = async (count: number) => {
      const fields = Array.from({ length: count }, (_, at) => `X-Field-${at}: x`)
      const content = concat([lines(...fields), lines('Content-Type: text/plain', '', 'Fine.')])
      const signed = await signEntity(content, sender.identity.signing!, { crypto, at: now }, { form })
      return outcomeOf(await agent.open(await encrypted(signed, [reader])))
    }
    expect(await open(19)).toBe('message')
    expect(await open(20)).toBe('malformed')
  })

  test('a message that is wrapped twice is unwrapped once', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const other = lines('From: carol@direct.other.example', `To: ${bob}`, 'Subject: Forwarded', '', 'Below.')
    const inner = withBody(wrapMessage(other))
    const { message } = messageIn(await hospital.open(await crafted({ inner, signedBy: sender, to: [reader] })))
    expect(message.author).toBe(ann)
    expect(message.header.subject).toBe('Results of Mr Miller')
    expect(message.attachments.map(({ type, content }) => [type, decodeUtf8(content)])).toEqual([
      ['message/rfc822', decodeUtf8(other)],
    ])
  })

  test('encrypted twice it has no signature where one must be', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const once = await crafted({ inner: withBody(lines('', 'x')), signedBy: sender, to: [reader], outer: ['X: y'] })
    expect(outcomeOf(await hospital.open(await encrypted(once, [reader])))).toBe('not-signed')
  })

  test('encrypted, then signed, in the open: not encrypted', async () => {
    const { ann: sender } = await world()
    const { hospital } = await bothAgents()
    const signed = await signEntity(wrapMessage(withBody(lines('', 'x'))), sender.identity.signing!, {
      crypto,
      at: now,
    })
    expect(outcomeOf(await hospital.open(encodeUtf8(`From: ${ann}\r\nTo: ${bob}\r\n${decodeUtf8(signed)}`)))).toBe(
      'not-encrypted',
    )
  })
})

describe('compression vouches for nothing, and is taken off once on either side of the signature (RFC 8551 §3.6)', () => {
  const ports = { crypto, at: now }
  const letter = wrapMessage(lines(`From: ${ann}`, `To: ${bob}`, 'Subject: small', '', 'a'.repeat(200_000)))
  const open = async (entity: Uint8Array, maxMessageBytes?: number) => {
    const { hospital } = await bothAgents(maxMessageBytes === undefined ? {} : { limits: { maxMessageBytes } })
    return hospital.open(await encrypted(entity, [(await world()).bob]))
  }
  const signer = async () => (await world()).ann.identity.signing!

  test.each([
    {
      comment: 'inside the signature',
      make: async () => signEntity(await compressEntity(letter), await signer(), ports),
    },
    { comment: 'around it', make: async () => compressEntity(await signEntity(letter, await signer(), ports)) },
  ])('$comment', async ({ make }) => {
    const entity = await make()
    const opened = await open(entity)
    expect(opened).toMatchObject({ kind: 'message', message: { header: { subject: 'small', protection: 'signed' } } })
    // The same, when what comes out is more than a message may have.
    expect(outcomeOf(await open(entity, 50_000))).toBe('malformed')
  })

  test('twice is once too often', async () => {
    const twice = await compressEntity(await compressEntity(await signEntity(letter, await signer(), ports)))
    expect(outcomeOf(await open(twice))).toBe('not-signed')
  })
})

describe('mailboxes that share the certificate of their domain', async () => {
  const ward = 'ward@direct.hospital.example'
  const { ann: sender, clinicCa, hospitalCa } = await world()
  const shared = await organisation(ward, 'Hospital CA')
  const envelope = { mailFrom: sender.address, rcptTo: [ward, 'office@direct.hospital.example'] }
  const draft = lines(`From: ${sender.address}`, `To: ${envelope.rcptTo.join(', ')}`, '', 'Fine.')
  const hospital = agentOf([shared], { trust: [clinicCa] })
  const clinic = agentOf([sender], { trust: [hospitalCa], discovery: [shared.certificate] })

  test('a message that has a key for each of them opens for both, as the reference implementation makes it', async () => {
    const signed = await signEntity(wrapMessage(draft), sender.identity.signing!, { crypto, at: now })
    for (const to of [[shared, shared], [shared]]) {
      const { recipients } = messageIn(await hospital.open(await encrypted(signed, to), { envelope }))
      expect(recipients.map(({ address }) => address)).toEqual(envelope.rcptTo)
    }
  })

  test('what is sealed for them has one key', async () => {
    const { messages } = await clinic.seal(draft, { envelope })
    const keysIn = ({ raw }: (typeof messages)[number]) =>
      parseEnvelopedData(decodeBody(parseEntity(raw))).recipientInfos
    expect(messages.map((message) => keysIn(message).length)).toEqual([1])
    const { recipients } = messageIn(await hospital.open(messages[0]!.raw, { envelope }))
    expect(recipients).toHaveLength(2)
  })
})

describe('limits', () => {
  const parts = (count: number) =>
    buildMultipart(
      'mixed',
      Array.from({ length: count }, () => lines('', 'x')),
    )

  test.each([
    { comment: 'longer than allowed', limits: { maxMessageBytes: 1000 }, code: 'too-large' },
    { comment: 'as long as is allowed', limits: { maxMessageBytes: 100_000 }, code: 'message' },
    { comment: 'more parts than allowed', limits: { maxParts: 19 }, code: 'malformed' },
    { comment: 'as many parts as are allowed', limits: { maxParts: 20 }, code: 'message' },
    { comment: 'a header longer than allowed', limits: { maxHeaderBytes: 50 }, code: 'malformed' },
    { comment: 'more fields than allowed', limits: { maxFields: 2 }, code: 'malformed' },
    { comment: 'deeper than allowed', limits: { maxDepth: 0 }, code: 'malformed' },
  ])('$comment: $code', async ({ limits, code }) => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const raw = await crafted({ inner: withBody(parts(20)), signedBy: sender, to: [reader] })
    const agent = agentOf([reader], { trust: [clinicCa], limits: limits satisfies Partial<MimeLimits> & object })
    expect(outcomeOf(await agent.open(raw))).toBe(code)
  })

  test('the limit of a message is exact, also of what was compressed inside of it', async () => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const open = async (raw: Uint8Array, maxMessageBytes: number) =>
      outcomeOf(await agentOf([reader], { trust: [clinicCa], limits: { maxMessageBytes } }).open(raw))
    const plain = await crafted({ inner: withBody(parts(2)), signedBy: sender, to: [reader] })
    expect(await open(plain, plain.length)).toBe('message')
    expect(await open(plain, plain.length - 1)).toBe('too-large')
    const entity = wrapMessage(withBody(lines('', 'x'.repeat(60_000))))
    const signed = await signEntity(await compressEntity(entity), sender.identity.signing!, { crypto, at: now })
    const compressed = await encrypted(signed, [reader])
    expect(compressed.length).toBeLessThan(entity.length)
    expect(await open(compressed, entity.length)).toBe('message')
    expect(await open(compressed, entity.length - 1)).toBe('malformed')
  })

  test('multiparts within multiparts: as many as a stack could not bear are malformed, a few are read', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const nested = (depth: number) =>
      Array.from(
        { length: depth },
        (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
      ).join('')
    const open = async (depth: number) =>
      outcomeOf(
        await hospital.open(
          await crafted({ inner: encodeUtf8(`${header}${nested(depth)}\r\nx`), signedBy: sender, to: [reader] }),
        ),
      )
    expect(await open(20)).toBe('message')
    expect(await open(5000)).toBe('malformed')
  })
})

describe('what a rejected message shows', () => {
  const secret = 'Miller'

  const refusals: readonly {
    readonly comment: string
    readonly answer: () => Promise<Opened>
    readonly code: string
  }[] = [
    {
      comment: 'a stranger',
      code: 'untrusted',
      answer: async () => {
        const { ann: sender, bob: reader } = await world()
        const raw = await crafted({ inner: withBody(lines('', secret)), signedBy: sender, to: [reader] })
        return agentOf([reader], { trust: [] }).open(raw)
      },
    },
    {
      comment: 'another author',
      code: 'signer-not-author',
      answer: async () => {
        const { bob: reader } = await world()
        const { hospital } = await bothAgents()
        const other = await person('carol@direct.other.example', 'Clinic CA')
        return hospital.open(await crafted({ inner: withBody(lines('', secret)), signedBy: other, to: [reader] }))
      },
    },
    {
      comment: 'a recipient who was added',
      code: 'tampered',
      answer: async () => {
        const { ann: sender, bob: reader } = await world()
        const { hospital } = await bothAgents()
        const inner = lines(`From: ${ann}`, 'To: x@y.example', `Subject: ${secret}`, '', secret)
        return hospital.open(await crafted({ inner, signedBy: sender, to: [reader] }))
      },
    },
    {
      comment: 'no signature',
      code: 'not-signed',
      answer: async () =>
        (await bothAgents()).hospital.open(await encrypted(withBody(lines('', secret)), [(await world()).bob])),
    },
    {
      comment: 'a notification of a stranger',
      code: 'untrusted',
      answer: async () => {
        const { ann: sender, bob: reader } = await world()
        const mdn = buildPart({
          contentType: 'message/disposition-notification',
          transferEncoding: '7bit',
          content: lines(`X-Note: ${secret}`),
        })
        const raw = await crafted({ inner: withBody(buildMultipart('report', [mdn])), signedBy: sender, to: [reader] })
        return agentOf([reader], { trust: [] }).open(raw)
      },
    },
  ]

  test.each(refusals)('$comment: $code, and nothing of the content', async ({ answer, code }) => {
    const opened = await answer()
    expect(outcomeOf(opened)).toBe(code)
    expect(Object.keys(opened).sort()).toEqual(['code', 'explanation', 'kind', 'smtpAdvice'])
    expect(leaksIn(opened, secret)).toEqual([])
    if (opened.kind === 'rejected') expect(explain(opened.explanation, { redact: true })).not.toMatch(/@|example/)
  })

  test('the walk that says so would find a leak', async () => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const opened = await hospital.open(
      await crafted({ inner: withBody(lines('', secret)), signedBy: sender, to: [reader] }),
    )
    expect(leaksIn(opened, secret)).toContain('.message.header.subject')
    expect(leaksIn(opened, secret)).toContain('.message.raw')
    expect(explain(messageIn(opened).explanation)).toContain(ann)
    expect(explain(messageIn(opened).explanation, { redact: true })).not.toMatch(/@|example/)
  })
})

/** Where a value holds octets, or a text with the secret in it. */
function leaksIn(value: unknown, secret: string, path = ''): readonly string[] {
  if (typeof value === 'string') return value.includes(secret) ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return [path]
  return Reflect.ownKeys(value).flatMap((key) =>
    leaksIn((value as Record<PropertyKey, unknown>)[key], secret, `${path}.${String(key)}`),
  )
}
