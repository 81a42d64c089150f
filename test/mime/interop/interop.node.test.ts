import { beforeAll, describe, expect, test } from 'vitest'
import { buildMessage } from '../../../src/mime/index.js'
import type { DraftCase } from './draft-case.js'
import { drafts } from './drafts.js'
import { limitsOf, through } from './known-limits.js'
import { readers } from './readers.node.js'
import { comparable, type Reading, readingOf } from './reading.js'

async function saidIn({ draft, reads }: Pick<DraftCase, 'draft' | 'reads'>): Promise<Reading> {
  return comparable({ ...(await readingOf(draft)), ...reads })
}

describe.each(readers)('$name reads what we write', (reader) => {
  const limits = limitsOf(reader)
  let found: readonly Reading[] = []

  beforeAll(async () => {
    if (!reader.present) return
    const readings = await reader.read(await Promise.all(drafts.map(({ draft }) => buildMessage(draft))))
    found = readings.map(comparable)
  }, 60_000)

  test.skipIf(!reader.present).each(drafts)('$name', async ({ name, draft, reads }) => {
    const said = await saidIn({ draft, reads })
    const index = drafts.findIndex((each) => each.name === name)
    expect(found[index]).toEqual(await through(limits, said, draft))
  })

  test.skipIf(limits.length === 0).each(limits)('that it has a limit is seen: $reason', async (limit) => {
    const changes = drafts.map(async ({ draft, reads }) => {
      const said = await saidIn({ draft, reads })
      return JSON.stringify(await through([limit], said, draft)) !== JSON.stringify(said)
    })
    expect(await Promise.all(changes)).toContain(true)
  })
})
