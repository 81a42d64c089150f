import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { encodeHex } from '../../src/bytes/index.js'
import index from '../../vectors/peers/index.json' with { type: 'json' }
import { keptFiles, keptKeys, keptMessage } from '../peers/kept.js'
import { content } from '../peers/material.js'
import { changed } from '../peers/matrix.js'
import { openOurs } from '../peers/ours.js'
import { isContent } from '../peers/peer.js'
import type { Row } from '../peers/rows.js'

const entries = index as unknown as readonly {
  readonly file: string
  readonly program: string
  readonly row: Row
  readonly contentSha256: string
}[]

/** What the default policy refuses, and its word for it. */
const byPolicy: Readonly<Record<string, string>> = { '3DES-CBC, RSA v1.5': 'cipher-not-allowed' }

const open = async (job: Parameters<typeof openOurs>[0]) => {
  const direct = await openOurs(job, keptKeys, policies.direct)
  const code = byPolicy[job.row.name]
  if (code === undefined) return direct
  expect(direct).toEqual({ says: code })
  return openOurs(job, keptKeys, policies.legacy)
}

describe('messages that independent programs made', () => {
  test('are all in the index', () => {
    expect([...keptFiles].sort()).toEqual(entries.map(({ file }) => file).sort())
  })

  test('have the content that the index says', async () => {
    const digest = encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(content))))
    expect(new Set(entries.map(({ contentSha256 }) => contentSha256))).toEqual(new Set([digest]))
  })

  test.each(entries)('$program: $row.name', async ({ file, row }) => {
    const job = { row, message: keptMessage(file), content }
    const opened = await open(job)
    expect('bytes' in opened ? isContent(row, opened.bytes, content) : opened).toBe(true)
    if (row.kind === 'signed') expect(await open(changed(job))).not.toHaveProperty('bytes')
  })
})
