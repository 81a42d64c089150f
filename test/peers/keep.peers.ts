import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { pemOf } from './keys.node.js'
import { content, secrets } from './material.js'
import { makeAll } from './matrix.js'
import { makeOurs } from './ours.js'
import { bytesOf } from './peer.js'
import { programs } from './programs.node.js'
import { letter, type Row, recipientKey, rows } from './rows.js'

// Makes the messages of vectors/peers that are absent, one of each family for every program that is here:
// `npm run test:peers -- --vectors`. To change one, delete its file and run again.

/** One of each family: what the others would show again is left out, and what a browser cannot open (AES-192). */
const families: ReadonlySet<string> = new Set([
  'RSA v1.5, SHA-256',
  'RSA v1.5, SHA-512',
  'PSS, SHA-256, salt as the digest',
  'PSS, SHA-256, longest salt',
  'ECDSA P-256, SHA-256',
  'ECDSA P-521, SHA-512',
  'Ed25519, SHA-512',
  'opaque',
  'opaque, BER of indefinite length',
  'without signed attributes',
  'signer named by subjectKeyIdentifier',
  'two signers',
  'AES-128-CBC, RSA v1.5',
  'AES-256-CBC, RSA v1.5',
  'AES-256-GCM, RSA v1.5',
  '3DES-CBC, RSA v1.5',
  'OAEP SHA-1',
  'OAEP SHA-512',
  'OAEP SHA-256, MGF1 SHA-1',
  'OAEP SHA-256, with a label',
  'AES-128-GCM, ECDH P-256',
  'ECDH P-256, KDF SHA-1, AES-128 wrap',
  'ECDH P-256, KDF SHA-256, with ukm',
  'ECDH P-256, cofactor, KDF SHA-256',
  'ECDH P-384, KDF SHA-384, AES-256 wrap',
  'ECDH P-521, KDF SHA-512, AES-256 wrap',
  'shared key, AES-128 wrap',
  'password',
  'two recipients, RSA and ECDH',
  'recipient named by subjectKeyIdentifier, RSA',
  'recipient named by subjectKeyIdentifier, ECDH',
  'BER of indefinite length',
  'AES-256-GCM, BER of indefinite length',
  'compressed',
  'whole message, SHA-256, AES-256-CBC',
  'whole message, not wrapped',
  'whole message to two mailboxes of a domain',
])

interface Entry {
  readonly file: string
  readonly program: string
  readonly version: string
  readonly row: Row
  readonly key?: string
  readonly password?: string
  readonly sharedKey?: string
  readonly contentSha256: string
}

const root = new URL('../../vectors/peers/', import.meta.url)
const index = new URL('index.json', root)
const contentSha256 = createHash('sha256').update(content).digest('hex')
const words = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

const extensions: Readonly<Record<Row['kind'], string>> = {
  signed: 'p7s',
  enveloped: 'p7m',
  compressed: 'p7z',
  message: 'eml',
  notification: 'eml',
}

function entryOf(program: string, version: string, row: Row): Entry {
  const to = row.kind === 'enveloped' ? row.to : undefined
  const key = recipientKey(row)
  return {
    file: `${words(program)}/${words(row.name)}.${extensions[row.kind]}`,
    program,
    version,
    row,
    ...(key && { key: `keys/${key}` }),
    ...(to?.type === 'password' && { password: secrets.password }),
    ...(to?.type === 'kek' && { sharedKey: to.wrap === 'AES-128' ? secrets.kek['AES-128'] : secrets.kek['AES-256'] }),
    contentSha256,
  }
}

test.each(programs)('$name', async (peer) => {
  const version = await peer.version()
  if (!version) return
  const known: readonly Entry[] = existsSync(index) ? JSON.parse(readFileSync(index, 'utf8')) : []
  const entries = new Map(known.map((entry) => [entry.file, entry]))
  const wanted = rows.filter(({ name }) => families.has(name))
  expect(wanted).toHaveLength(families.size)
  const answered = bytesOf(await makeOurs(letter, pemOf))
  for (const [row, outcome] of await makeAll(peer, wanted, content, answered)) {
    const entry = entryOf(peer.name, version, row)
    const file = new URL(entry.file, root)
    if (!('bytes' in outcome) || existsSync(file)) continue
    mkdirSync(dirname(file.pathname), { recursive: true })
    writeFileSync(file, outcome.bytes)
    entries.set(entry.file, entry)
  }
  const inOrder = [...entries.values()].filter(({ file }) => existsSync(new URL(file, root)))
  writeFileSync(index, `[\n${inOrder.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]\n`)
  writeFileSync(new URL('content.mime', root), content)
})
