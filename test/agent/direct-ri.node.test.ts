import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { encodeHex } from '../../src/bytes/index.js'
import { parseEnvelopedData } from '../../src/cms/index.js'
import { addressKey, decodeBody, fieldBody, parseEntity } from '../../src/mime/index.js'
import { parseNotification } from '../../src/notification/index.js'
import { judgeCertificate } from '../../src/trust/index.js'
import { borrowed } from '../helpers/borrowed.node.js'
import expected from './direct-ri.json' with { type: 'json' }
import { addressesOf, addressIn, certificatesIn, folder, open, type Row, read, runners } from './direct-ri.node.js'
import { codesOf, messageIn } from './world.js'

// The messages, keys, certificates, chains and bundles of the reference implementations. What each must come to was
// written down from what it is, before it was run; where that was wrong, the row says why.

const rows = expected as readonly Row[]
const folders: readonly string[] = [
  'bundles',
  'certs',
  'chain',
  'dsn',
  'java-ri-8.1.0',
  'keys',
  'keys-old',
  'mdn',
  'messages',
  'negative',
  'policy/certs',
  'wrapped',
]

describe.skipIf(!borrowed)('files of the reference implementations', () => {
  test('all messages, keys, certificates, chains and bundles have a verdict', () => {
    const files = folders.flatMap((name) =>
      readdirSync(join(folder, name), { recursive: true, withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? [join(entry.parentPath, entry.name).slice(folder.length + 1)] : [],
      ),
    )
    expect([...new Set(rows.map(({ file }) => file))].sort()).toEqual(files.sort())
  })

  test.each(rows)('$as $file: $direct by default, $legacy for archives; $reason', async (row) => {
    const run = runners[row.as]
    const [direct, legacy] = [await run(row, policies.direct), await run(row, policies.legacy)]
    expect({ direct: direct.outcome, legacy: legacy.outcome }).toEqual({ direct: row.direct, legacy: row.legacy })
    if (row.because) {
      const said = (['failed', 'unknown'] as const).flatMap((outcome) => codesOf(direct.steps, outcome))
      expect(said).toContain(row.because)
    }
  })

  test.each(rows.filter(({ as, legacy }) => as === 'message' && legacy === 'message'))(
    '$file: author, content and recipients',
    async (row) => {
      const { message, rejected } = messageIn(await open(row, policies.legacy))
      const [author] = await certificatesIn(row.author!)
      expect(addressKey(message.author)).toBe(addressKey(addressIn(author!)))
      expect(message.header.protection).toBe(row.protection ?? 'signed')
      expect(rejected.map(({ address }) => address)).toEqual(await addressesOf(row.refused ?? []))
      const plain = row.content && parseEntity(read(row.content))
      if (plain) expect(message.header.subject).toBe(fieldBody(plain.header, 'Subject'))
    },
  )

  test.each(rows.filter(({ reads }) => reads))('$file reads as $reads', ({ file, reads }) => {
    const notification = parseNotification(parseEntity(read(file)))
    const words =
      notification?.type === 'disposition-notification'
        ? [notification.disposition?.dispositionType]
        : notification?.recipients.map(({ action }) => action)
    expect([...(words ?? []), ...(notification?.problems ?? [])]).toEqual(expect.arrayContaining([...reads!]))
  })

  test('a message without its key is encrypted to the certificate that lies beside it, and to one more', async () => {
    const [certificate] = await certificatesIn('certs/operations.cernerdirect.com-keyEnc.der')
    const { recipientInfos } = parseEnvelopedData(decodeBody(parseEntity(read('messages/ValidKeyUsage-no-key.txt'))))
    const named = recipientInfos.map((info) =>
      info.type === 'keyTrans' && info.rid.type === 'issuerAndSerialNumber'
        ? [encodeHex(info.rid.issuer.bytes), info.rid.serialNumber]
        : info.type,
    )
    expect(named).toHaveLength(2)
    expect(named).toContainEqual([encodeHex(certificate!.issuer.bytes), certificate!.serialNumber])
  })

  test('of what a certificate points to, HTTP is wanted and LDAP is passed over', async () => {
    const [certificate] = await certificatesIn('certs/uhin.cer')
    const question = { certificate: certificate!, address: addressIn(certificate!), use: 'encryption' } as const
    const evidence = { crypto, at: Date.parse('2012-06-01T00:00:00Z'), anchors: [], certificates: [] }
    const { wants } = await judgeCertificate(question, evidence, policies.direct.trust)
    expect(wants.map(({ url }) => new URL(url))).toMatchObject([{ protocol: 'http:', pathname: /\.p7c$/ }])
  })
})
