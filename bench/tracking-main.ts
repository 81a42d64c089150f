import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sqliteTracking } from '../src/node/index.js'
import { createTracker, type SqlQuery, sqlTracking, type TrackingStore, trackingTable } from '../src/tracking/index.js'
import { heardOf, preparedOf, startedAt } from '../test/tracking/crash-story.js'
import { postgresPrograms, startPostgres } from '../test/tracking/postgres.node.js'

/** A database to measure, and how a number of messages gets into it fast. */
interface Database {
  readonly store: TrackingStore
  readonly query: SqlQuery
  /** SQL that gives the numbers from 1 to $1 as `n`. */
  readonly numbers: string
  /** Writes to its place what filling has left in a journal: a real store never has so much there. */
  settle(): Promise<unknown>
  close(): Promise<void>
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean' }, messages: { type: 'string', default: '1000000' } },
})
const sizes = [10_000, Number(values.messages)] as const
const rounds = 200
const dueRounds = 20
const hour = 3_600_000

/** A million times `prepared` would take an hour: the record of one message is copied, with other numbers. */
async function fill({ store, query, numbers, settle }: Database, size: number): Promise<void> {
  await createTracker({ store, clock: () => startedAt, crypto }).prepared(preparedOf(0))
  const [row] = await query('SELECT state FROM direct_tracking WHERE recipient = $1', ['r0@direct.hospital.example'])
  const state = `replace(replace('${String(row?.state)}', 'r0@', 'r' || n || '@'), '"at":${startedAt}', '"at":' || (${startedAt} + n))`
  await query(
    `${numbers} INSERT INTO direct_tracking (message_id, recipient, version, sent_at, due_at, state)
     SELECT '<' || n || '@direct.clinic.example>', 'r' || n || '@direct.hospital.example', 1, ${startedAt} + n,
       ${startedAt + hour} + n, ${state} FROM numbers`,
    [size - 1],
  )
  await query('ANALYZE', [])
  await settle()
}

/** One call, by the number of the round. */
type Call = (round: number) => Promise<void>

/** What is measured, on a database that holds so many messages. */
function callsOn({ store }: Database, size: number): Readonly<Record<string, Call>> {
  const tracker = createTracker({ store, clock: () => startedAt + 1, crypto })
  // Spread over all of them, and none twice; multiples of five are delivered by two notifications.
  const step = Math.floor((size - 1) / rounds / 5) * 5
  return {
    async received(round) {
      await tracker.received(heardOf(round * step + 5)[0]!)
    },
    async 'due, a hundred at once'(round) {
      const outcomes = await tracker.due({ at: startedAt + hour + (round + 1) * 100, limit: 100 })
      if (outcomes.length < 90) throw new Error(`only ${outcomes.length} were due`)
    },
  }
}

/** Runs the calls in turn, so that whatever else the machine does meets all of them. @returns medians, in milliseconds. */
async function mediansOf(count: number, calls: readonly Call[]): Promise<readonly number[]> {
  const times = calls.map((): number[] => [])
  for (let round = 0; round < count; round++) {
    for (const [index, call] of calls.entries()) {
      const start = performance.now()
      await call(round)
      times[index]?.push(performance.now() - start)
    }
  }
  return times.map((all) => {
    const warm = all.slice(Math.floor(count / 10)).sort((a, b) => a - b)
    return warm[Math.floor(warm.length / 2)] ?? Number.NaN
  })
}

async function openSqlite(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'direct-smime-bench-'))
  const store = sqliteTracking(join(folder, 'tracking.db'))
  return {
    store,
    query: store.query,
    numbers: 'WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)',
    settle: () => store.query('PRAGMA wal_checkpoint(TRUNCATE)', []),
    async close() {
      store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function openPostgres(programs: string): Promise<Database> {
  const postgres = await startPostgres(programs)
  for (const statement of trackingTable()) await postgres.query(statement, [])
  return {
    store: sqlTracking({ query: postgres.query }),
    query: postgres.query,
    numbers: 'WITH numbers(n) AS (SELECT generate_series(1, $1::bigint))',
    settle: () => postgres.query('CHECKPOINT', []),
    close: postgres.stop,
  }
}

const programs = postgresPrograms()
const databases: Readonly<Record<string, (() => Promise<Database>) | undefined>> = {
  SQLite: process.getBuiltinModule('node:sqlite') && openSqlite,
  PostgreSQL: programs === undefined ? undefined : () => openPostgres(programs),
}

const failures: string[] = []
for (const [name, open] of Object.entries(databases)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  if (!open) {
    console.log(`${name}: not here`)
    continue
  }
  const opened: Database[] = []
  try {
    const calls: Readonly<Record<string, Call>>[] = []
    for (const size of sizes) {
      const database = await open()
      opened.push(database)
      await fill(database, size)
      calls.push(callsOn(database, size))
    }
    for (const call of Object.keys(calls[0] ?? {})) {
      const count = call === 'received' ? rounds : dueRounds
      const [few = 0, many = 0] = await mediansOf(
        count,
        calls.flatMap((all) => all[call] ?? []),
      )
      const ratio = many / few
      const times = sizes.map((size, index) => `${[few, many][index]?.toFixed(2)} ms at ${size.toLocaleString('en')}`)
      console.log(`${name}, ${call}: ${times.join(', ')}: ${ratio.toFixed(2)} times`)
      if (!(ratio <= 2)) failures.push(`${name}, ${call}`)
    }
  } finally {
    for (const database of opened) await database.close()
  }
}
if (values.check && failures.length > 0) {
  console.error(`more than twice as long: ${failures.join('; ')}`)
  process.exitCode = 1
}
