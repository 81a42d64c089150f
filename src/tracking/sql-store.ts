import { TrackingError } from './errors.js'
import type { StoredRecord, TrackingStore } from './store.js'

/**
 * Runs one statement of SQL, alone and for good: when the promise is kept, its change outlives a crash.
 *
 * @param sql - with `$1`, `$2` … for the values, each once and in order.
 * @returns rows by the names of their columns. Integers may come as numbers, bigints or text.
 */
export type SqlQuery = (
  sql: string,
  values: readonly (string | number | null)[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>

export interface SqlTracking {
  readonly query: SqlQuery
  /** Letters, digits and underscores, perhaps behind a schema and a dot. Default `direct_tracking`. */
  readonly table?: string
}

const defaultTable = 'direct_tracking'

/**
 * The statements that make the table, to be run once, in order. They do no harm when it is there.
 *
 * @throws {@link TrackingError} `ERR_TRACKING_RECORD` for a name that is none.
 */
export function trackingTable(table: string = defaultTable): readonly string[] {
  const name = checked(table)
  const index = name.replaceAll('.', '_')
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (
      message_id text NOT NULL,
      recipient text NOT NULL,
      version bigint NOT NULL,
      sent_at bigint,
      due_at bigint,
      state text NOT NULL,
      PRIMARY KEY (message_id, recipient)
    )`,
    `CREATE INDEX IF NOT EXISTS ${index}_due ON ${name} (due_at) WHERE due_at IS NOT NULL`,
    `CREATE INDEX IF NOT EXISTS ${index}_sent ON ${name} (sent_at, message_id, recipient) WHERE sent_at IS NOT NULL`,
  ]
}

function checked(table: string): string {
  if (/^[a-z_][a-z0-9_]{0,40}(\.[a-z_][a-z0-9_]{0,40})?$/i.test(table)) return table
  throw new TrackingError('ERR_TRACKING_RECORD', 'not the name of a table')
}

/**
 * A store in an SQL database, through one function that runs a statement, so that no driver is needed here. Tested on
 * PostgreSQL and SQLite. The table is made by {@link trackingTable}.
 *
 * @example
 * const pool = new pg.Pool()
 * const query = async (sql, values) => (await pool.query(sql, values)).rows
 * for (const statement of trackingTable()) await query(statement, [])
 * const store = sqlTracking({ query })
 */
export function sqlTracking({ query, table = defaultTable }: SqlTracking): TrackingStore {
  const name = checked(table)
  const columns = 'message_id, recipient, version, sent_at, due_at, state'
  const select = async (where: string, values: readonly (string | number | null)[]) =>
    (await query(`SELECT ${columns} FROM ${name} WHERE ${where}`, values)).map(recordOf)
  return {
    async read(messageId, recipient) {
      const [record] = await select('message_id = $1 AND recipient = $2', [messageId, recipient])
      return record
    },
    readMessage: (messageId) => select('message_id = $1', [messageId]),
    async write({ messageId, recipient, sentAt = null, dueAt = null, state }, version) {
      const written =
        version === undefined
          ? await query(
              `INSERT INTO ${name} (${columns}) VALUES ($1, $2, 1, $3, $4, $5)
               ON CONFLICT (message_id, recipient) DO NOTHING RETURNING version`,
              [messageId, recipient, sentAt, dueAt, state],
            )
          : await query(
              `UPDATE ${name} SET version = version + 1, sent_at = $1, due_at = $2, state = $3
               WHERE message_id = $4 AND recipient = $5 AND version = $6 RETURNING version`,
              [sentAt, dueAt, state, messageId, recipient, version],
            )
      return written.length === 1
    },
    async remove({ messageId, recipient, version }) {
      const removed = await query(
        `DELETE FROM ${name} WHERE message_id = $1 AND recipient = $2 AND version = $3 RETURNING version`,
        [messageId, recipient, version],
      )
      return removed.length === 1
    },
    due: (at, limit) => select('due_at <= $1 ORDER BY due_at LIMIT $2', [at, limit]),
    sentBetween: (from, to, after, limit) =>
      after
        ? select(
            `sent_at >= $1 AND sent_at < $2 AND (sent_at, message_id, recipient) > ($3, $4, $5)
             ORDER BY sent_at, message_id, recipient LIMIT $6`,
            [from, to, after.sentAt, after.messageId, after.recipient, limit],
          )
        : select('sent_at >= $1 AND sent_at < $2 ORDER BY sent_at, message_id, recipient LIMIT $3', [from, to, limit]),
  }
}

function recordOf(row: Readonly<Record<string, unknown>>): StoredRecord {
  const { message_id: messageId, recipient, state } = row
  if (typeof messageId !== 'string' || typeof recipient !== 'string' || typeof state !== 'string') {
    throw new TrackingError('ERR_TRACKING_RECORD', 'a row without its columns')
  }
  const sentAt = integerOf(row.sent_at)
  const dueAt = integerOf(row.due_at)
  return {
    messageId,
    recipient,
    version: integerOf(row.version) ?? 0,
    ...(sentAt !== undefined && { sentAt }),
    ...(dueAt !== undefined && { dueAt }),
    state,
  }
}

/** Drivers give a bigint as text, as a number, or as a BigInt. */
function integerOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}
