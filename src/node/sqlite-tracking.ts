import { type SqlQuery, sqlTracking, TrackingError, type TrackingStore, trackingTable } from '../tracking/index.js'

/** As much of `node:sqlite` as is used here; Node 20 has no types for it. */
interface Sqlite {
  readonly DatabaseSync: new (path: string) => Database
}

interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

interface Statement {
  all(...values: readonly (string | number | null)[]): readonly Readonly<Record<string, unknown>>[]
}

/** A store in a file, and what lets go of the file. */
export interface SqliteTracking extends TrackingStore {
  /** For questions of the caller's own, such as how many records there are. */
  readonly query: SqlQuery
  close(): void
}

/**
 * Keeps a tracker's records in a file, by the SQLite that Node has since version 22: the default for one machine, whose
 * processes may share the file. A change that is confirmed outlives a crash of the process and of the machine.
 *
 * SQLite works in the thread that calls it: each change waits for the disk, about a millisecond.
 *
 * @param path - of the file, which is made when it is absent; `:memory:` for none.
 * @throws {@link TrackingError} `ERR_TRACKING_NO_SQLITE` on Node 20; `ERR_TRACKING_RECORD` for a file that is something else
 *   or cannot be opened.
 */
export function sqliteTracking(path: string): SqliteTracking {
  const sqlite = process.getBuiltinModule('node:sqlite') as Sqlite | undefined
  if (!sqlite) {
    const others =
      'use Node 22 or later, sqlTracking() with PostgreSQL or another driver of SQLite, or trackingInMemory()'
    throw new TrackingError('ERR_TRACKING_NO_SQLITE', `this Node has no node:sqlite: ${others}`)
  }
  const database = opened(sqlite, path)
  const prepared = new Map<string, Statement>()
  const query: SqlQuery = async (sql, values) => {
    const statement = prepared.get(sql) ?? database.prepare(sql.replace(/\$\d+/g, '?'))
    prepared.set(sql, statement)
    return statement.all(...values)
  }
  return { ...sqlTracking({ query }), query, close: () => database.close() }
}

function opened(sqlite: Sqlite, path: string): Database {
  try {
    const database = new sqlite.DatabaseSync(path)
    // Others may write at the same time: they are waited for. FULL: what is confirmed is on the disk.
    database.exec('PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    for (const statement of trackingTable()) database.exec(statement)
    return database
  } catch (cause) {
    throw new TrackingError('ERR_TRACKING_RECORD', 'the file cannot be opened, or is no store of a tracker', { cause })
  }
}
