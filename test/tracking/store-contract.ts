import { expect, test } from 'vitest'
import type { StoredRecord, TrackingRecord, TrackingStore } from '../../src/tracking/index.js'

const record = (change: Partial<TrackingRecord> = {}): TrackingRecord => ({
  messageId: '<1@c.example>',
  recipient: 'bob@h.example',
  state: '{"a":"ü \\u0000 \'"}',
  ...change,
})

/** What every store must do. @param open - gives an empty one. */
export function storeContract(open: () => Promise<TrackingStore>): void {
  test('what is written is read, and nothing else', async () => {
    const store = await open()
    expect(await store.read('<1@c.example>', 'bob@h.example')).toBeUndefined()
    const whole = record({ sentAt: 1_800_000_000_000, dueAt: 1_800_000_000_001 })
    expect(await store.write(whole, undefined)).toBe(true)
    expect(await store.read('<1@c.example>', 'bob@h.example')).toEqual({ ...whole, version: 1 })
    expect(await store.read('<1@c.example>', 'BOB@h.example')).toBeUndefined()
    expect(await store.read('<2@c.example>', 'bob@h.example')).toBeUndefined()
  })

  test('a record is written only in place of the version that was read', async () => {
    const store = await open()
    expect(await store.write(record(), 1)).toBe(false)
    expect(await store.write(record(), undefined)).toBe(true)
    expect(await store.write(record({ state: 'other' }), undefined)).toBe(false)
    expect(await store.write(record({ state: 'second', dueAt: 5 }), 1)).toBe(true)
    expect(await store.write(record({ state: 'third' }), 1)).toBe(false)
    expect(await store.read('<1@c.example>', 'bob@h.example')).toEqual({
      ...record({ state: 'second', dueAt: 5 }),
      version: 2,
    })
    expect(await store.write(record({ state: 'third' }), 2)).toBe(true)
    expect((await store.read('<1@c.example>', 'bob@h.example'))?.dueAt).toBeUndefined()
  })

  test('of many who write at once, one wins', async () => {
    const store = await open()
    const first = await Promise.all(Array.from({ length: 20 }, () => store.write(record(), undefined)))
    const second = await Promise.all(Array.from({ length: 20 }, () => store.write(record(), 1)))
    expect([first, second].map((tries) => tries.filter(Boolean).length)).toEqual([1, 1])
  })

  test('a record is forgotten only in the version that was read', async () => {
    const store = await open()
    await store.write(record(), undefined)
    const stored = (await store.read('<1@c.example>', 'bob@h.example')) as StoredRecord
    await store.write(record({ state: 'second' }), 1)
    expect(await store.remove(stored)).toBe(false)
    expect(await store.remove({ ...stored, version: 2 })).toBe(true)
    expect(await store.remove({ ...stored, version: 2 })).toBe(false)
    expect(await store.readMessage('<1@c.example>')).toEqual([])
  })

  test('all recipients of a message are found, and none of another', async () => {
    const store = await open()
    for (const recipient of ['bob@h.example', 'carol@h.example']) await store.write(record({ recipient }), undefined)
    await store.write(record({ messageId: '<2@c.example>' }), undefined)
    const found = await store.readMessage('<1@c.example>')
    expect(found.map(({ recipient }) => recipient).sort()).toEqual(['bob@h.example', 'carol@h.example'])
  })

  test('what is due comes first, the longest first, and so many at once', async () => {
    const store = await open()
    for (const dueAt of [30, 10, undefined, 20, 40]) {
      await store.write(record({ messageId: `<${dueAt}@c.example>`, ...(dueAt !== undefined && { dueAt }) }), undefined)
    }
    const times = async (at: number, limit: number) => (await store.due(at, limit)).map(({ dueAt }) => dueAt)
    expect(await times(30, 10)).toEqual([10, 20, 30])
    expect(await times(30, 2)).toEqual([10, 20])
    expect(await times(9, 10)).toEqual([])
  })

  test('what was sent in a period comes page by page, each once', async () => {
    const store = await open()
    for (let index = 0; index < 10; index++) {
      const sentAt = 100 + Math.floor(index / 4)
      await store.write(record({ messageId: `<${index}@c.example>`, sentAt }), undefined)
    }
    await store.write(record({ messageId: '<early@c.example>', sentAt: 99 }), undefined)
    await store.write(record({ messageId: '<unknown@c.example>' }), undefined)
    const seen: StoredRecord[] = []
    for (;;) {
      const last = seen.at(-1)
      const after = last && { messageId: last.messageId, recipient: last.recipient, sentAt: last.sentAt ?? 0 }
      const page = await store.sentBetween(100, 102, after, 3)
      expect(page.length).toBeLessThanOrEqual(3)
      if (page.length === 0) break
      seen.push(...page)
    }
    expect(seen.map(({ messageId }) => messageId).sort()).toEqual(
      Array.from({ length: 8 }, (_, n) => `<${n}@c.example>`),
    )
    expect(seen.map(({ sentAt }) => sentAt)).toEqual([100, 100, 100, 100, 101, 101, 101, 101])
  })
}
