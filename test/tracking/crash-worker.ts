/**
 * Sends, hears and tells in a process of its own, until it is done or killed. Not a test: `crash.node.test.ts` bundles it.
 *
 *   node crash-worker.js STORE FOLDER NAME COUNT
 *
 * STORE is `sqlite:FILE` or `postgres:PORT`. What it has done of its messages it notes in FOLDER/NAME.progress, and what
 * it has told the edge in FOLDER/NAME.edge.
 */

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { sqliteTracking } from '../../src/node/index.js'
import { createTracker, sqlTracking, type TrackingStore } from '../../src/tracking/index.js'
import { addressOf, heardOf, preparedOf, startedAt } from './crash-story.js'
import { connectionTo } from './postgres.node.js'

const [, , where = '', folder = '', name = '', count = '0'] = process.argv
const progress = join(folder, `${name}.progress`)
const edge = join(folder, `${name}.edge`)
const atOnce = 10

const store = openStore()
const tracker = createTracker({ store, clock: () => startedAt, crypto })

const done = existsSync(progress) ? readFileSync(progress, 'utf8').trimEnd().split('\n').map(Number) : []
for (let from = Math.max(0, ...done.filter(Number.isFinite)); from < Number(count); from += atOnce) {
  const numbers = Array.from({ length: Math.min(atOnce, Number(count) - from) }, (_, index) => from + index)
  await Promise.all(numbers.map(oneMessage))
  await tellTheEdge()
  appendFileSync(progress, `${from + atOnce}\n`)
}
await tellTheEdge()
process.exit(0)

function openStore(): TrackingStore {
  const [kind, rest = ''] = where.split(/:(.*)/s)
  if (kind === 'sqlite') return sqliteTracking(rest)
  const pool = new pg.Pool(connectionTo(Number(rest)))
  return sqlTracking({ query: async (sql, values) => (await pool.query(sql, [...values])).rows })
}

/** Everything about one message. After a crash it is done again from the beginning. */
async function oneMessage(number: number): Promise<void> {
  const message = preparedOf(number)
  await tracker.prepared(message)
  await tracker.submitted(message.messageId, addressOf(number))
  for (const heard of heardOf(number)) await tracker.received(heard)
}

async function tellTheEdge(): Promise<void> {
  for (;;) {
    const outcomes = await tracker.due({ limit: 2 * atOnce })
    if (outcomes.length === 0) return
    for (const outcome of outcomes) {
      appendFileSync(edge, `${outcome.messageId} ${outcome.result}\n`)
      await tracker.told(outcome)
    }
  }
}
