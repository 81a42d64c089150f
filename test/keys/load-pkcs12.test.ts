import { describe, expect, test } from 'vitest'
import { decodeBase64 } from '../../src/bytes/index.js'
import { encodePem, loadIdentity, loadPkcs12 } from '../../src/keys/index.js'
import { nameText } from '../../src/x509/index.js'
import rows from '../../vectors/keys/pkcs12.json' with { type: 'json' }
import { decrypts, signs } from './put-to-use.js'

interface Row {
  readonly comment: string
  readonly password: string
  readonly pkcs12: string
  readonly signs: string | null
  readonly decrypts: readonly string[]
  readonly chain: readonly string[]
  readonly friendlyName?: string
  readonly error?: string
}
const all: readonly Row[] = rows
const readable = all.filter(({ error }) => !error)
const row = (comment: string) => all.find((each) => each.comment === comment)!
const bytesOf = ({ pkcs12 }: Row) => decodeBase64(pkcs12)
const commonName = ({ subject }: { readonly subject: Parameters<typeof nameText>[0] }) =>
  nameText(subject).replace(/^.*CN=/, '')

describe('PKCS#12 files by OpenSSL, NSS and Java (RFC 7292)', () => {
  test.each(readable)('$comment', async (row) => {
    const { signing, decryption } = await loadIdentity({ pkcs12: bytesOf(row), password: row.password })
    expect(signing ? commonName(signing.certificate) : null).toBe(row.signs)
    expect(decryption.map(({ certificate }) => commonName(certificate))).toEqual(row.decrypts)
    for (const { chain } of [signing ?? [], decryption].flat()) expect(chain.map(commonName)).toEqual(row.chain)
    if (signing) expect(await signs(signing)).toBe(true)
    for (const each of decryption) expect(await decrypts(each)).toBe(true)
  })

  test.each(all.filter(({ error }) => error))('$comment: $error', async ({ pkcs12, password, error }) => {
    await expect(loadIdentity({ pkcs12: decodeBase64(pkcs12), password })).rejects.toMatchObject({ code: error })
  })
})
