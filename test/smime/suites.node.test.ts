import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { decodeLatin1, encodeLatin1 } from '../../src/bytes/index.js'
import { decodePem } from '../../src/keys/index.js'
import { borrowed } from '../helpers/borrowed.node.js'
import expected from './suites.json' with { type: 'json' }
import { everybody, everything, openCms, openMessage, read } from './suites.node.js'

interface Row {
  readonly suite: string
  readonly file: string
  readonly answer: string
  /** Why the answer is another than the publisher's; absent where the two agree, and where the publisher says nothing. */
  readonly reason?: string
  /** The name of a file beside it with what is signed or encrypted. */
  readonly content?: string
}
const messages: readonly Row[] = expected.messages
const structures: readonly Row[] = expected.structures

/** A message over HTTP begins with a line that is no field. */
const withoutRequestLine = (bytes: Uint8Array) => encodeLatin1(decodeLatin1(bytes).replace(/^POST .*\r?\n/, ''))

/** DER as it is, or out of the armour of whatever program. */
function cmsOf(suite: string, file: string): Uint8Array {
  const bytes = read(suite, file)
  return bytes[0] === 0x30 ? bytes : decodePem(decodeLatin1(bytes))[0]!.bytes
}

describe.skipIf(!borrowed)('messages and structures that others published', async () => {
  const recipients = borrowed ? await everybody() : []

  test.each(messages)('$suite $file: $answer', async ({ suite, file, answer }) => {
    expect(await openMessage(withoutRequestLine(read(suite, file)), recipients, everything)).toBe(answer)
  })

  test('no message of these suites is left out', () => {
    const suites = [...new Set(messages.map(({ suite }) => suite))]
    const files = suites.flatMap((suite) =>
      readdirSync(join(borrowed!, suite, 'files'), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(eml|message)$/.test(file) && !/pgp|rfc2049|rfc3464|rfc5322|rfc8098/.test(file))
        .map((file) => `${suite} ${file}`),
    )
    const listed = new Set(messages.map(({ suite, file }) => `${suite} ${file}`))
    expect(files.filter((file) => !listed.has(file))).toEqual([])
  })

  test.each(structures)('$suite $file: $answer', async ({ suite, file, answer, content }) => {
    const text = content === undefined ? undefined : read(suite, content)
    const bytes = cmsOf(suite, file)
    const opaque = await openCms(bytes, recipients, everything)
    const opened = opaque.says === 'content-missing' ? await openCms(bytes, recipients, everything, text) : opaque
    expect(opened.says).toBe(answer)
    if (answer === 'ok' && text && opened.content) {
      const lines = (octets: Uint8Array) => decodeLatin1(octets).replaceAll('\r', '').trimEnd()
      expect(lines(opened.content)).toBe(lines(text))
    }
  })

  test('what is signed with SHA-1 is refused by the default policy, and nothing else is for its digest', async () => {
    for (const { suite, file, answer } of messages.filter((row) => row.suite === 'thunderbird-smime')) {
      if (!answer.startsWith('ok')) continue
      const says = await openMessage(read(suite, file), recipients, policies.direct.algorithms)
      expect(says.startsWith('ok'), file).toBe(!file.includes('SHA1'))
    }
  })

  test('every signed mail of PKITS has a right signature, save those with DSA, which nobody may use', async () => {
    const files = readdirSync(join(borrowed!, 'nist-pkits', 'files', 'smime')).filter((file) => file.endsWith('.eml'))
    expect(files.length).toBeGreaterThan(200)
    const answers = await Promise.all(
      files.map(async (file) => {
        const says = await openMessage(read('nist-pkits', `smime/${file}`), [], everything)
        return { file, says }
      }),
    )
    const refused = answers.filter(({ says }) => says !== 'ok: signed')
    expect(refused.map(({ file }) => file).sort()).toEqual([
      'SignedInvalidDSASignatureTest6.eml',
      'SignedValidDSAParameterInheritanceTest5.eml',
      'SignedValidDSASignaturesTest4.eml',
    ])
    expect(new Set(refused.map(({ says }) => says))).toEqual(
      new Set(['signature-invalid: signature-algorithm-unknown']),
    )
  })
})
