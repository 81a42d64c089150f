import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqliteTracking } from '../../src/node/index.js'
import { sqlTracking, TrackingError, trackingInMemory, trackingTable } from '../../src/tracking/index.js'
import { type Postgres, postgresPrograms, startPostgres } from './postgres.node.js'
import { storeContract } from './store-contract.js'

describe('a store in memory', () => storeContract(async () => trackingInMemory()))

if (process.getBuiltinModule('node:sqlite')) {
  describe('a store in SQLite', () => {
    storeContract(async () => sqliteTracking(':memory:'))

    test('is there again when the file is opened again, and in another process that has it open', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'direct-smime-sqlite-'))
      try {
        const path = join(folder, 'tracking.db')
        const [one, other] = [sqliteTracking(path), sqliteTracking(path)]
        await one.write({ messageId: '<1@x>', recipient: 'b@h', state: 's' }, undefined)
        expect(await other.read('<1@x>', 'b@h')).toMatchObject({ version: 1 })
        one.close()
        other.close()
        const again = sqliteTracking(path)
        expect(await again.read('<1@x>', 'b@h')).toMatchObject({ state: 's' })
        again.close()
      } finally {
        rmSync(folder, { recursive: true })
      }
    })

    test('a file that is something else is refused', () => {
      const folder = mkdtempSync(join(tmpdir(), 'direct-smime-sqlite-'))
      try {
        const path = join(folder, 'letter.txt')
        writeFileSync(path, 'Dear Ann, this is no database. '.repeat(100))
        const refused = expect.objectContaining({ code: 'ERR_TRACKING_RECORD' })
        expect(() => sqliteTracking(path)).toThrow(refused)
        expect(() => sqliteTracking(join(folder, 'no', 'folder.db'))).toThrow(refused)
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  })
} else {
  test('a Node without node:sqlite says so, and what there is instead', () => {
    expect(() => sqliteTracking(':memory:')).toThrow(TrackingError)
    expect(() => sqliteTracking(':memory:')).toThrow(/Node 22 or later.*PostgreSQL/)
  })
}

const programs = postgresPrograms()

describe.skipIf(!programs)('a store in PostgreSQL', () => {
  let postgres: Postgres | undefined
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '')
  }, 60_000)
  afterAll(() => postgres?.stop())

  let tables = 0
  const server = () => {
    if (!postgres) throw new Error('not started')
    return postgres
  }
  storeContract(async () => {
    const table = `public.tracking_${++tables}`
    for (const statement of trackingTable(table)) await server().query(statement, [])
    return sqlTracking({ query: server().query, table })
  })

  test('its table may be made again, and has an index for each question', async () => {
    for (const statement of [...trackingTable(), ...trackingTable()]) await server().query(statement, [])
    const rows = await server().query("SELECT indexname FROM pg_indexes WHERE tablename = 'direct_tracking'", [])
    expect(rows.map(({ indexname }) => indexname).sort()).toEqual([
      'direct_tracking_due',
      'direct_tracking_pkey',
      'direct_tracking_sent',
    ])
  })
})

test.each(['a; DROP TABLE x', 'a.b.c', '', '1a', 'a"b'])('no name of a table: %s', (table) => {
  expect(() => trackingTable(table)).toThrow(TrackingError)
  expect(trackingTable('schema_1.table_2')).toHaveLength(3)
})
