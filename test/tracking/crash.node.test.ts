import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sqliteTracking } from '../../src/node/index.js'
import { createTracker, sqlTracking, type TrackingStore, trackingTable } from '../../src/tracking/index.js'
import { withBundled } from './bundle.js'
import { fateOf, messageIdOf, startedAt } from './crash-story.js'
import { postgresPrograms, startPostgres } from './postgres.node.js'

/** Set `TRACKING_MESSAGES=10000` for the long run. */
const messages = Number(process.env.TRACKING_MESSAGES ?? 1000)
/** Each does all of them, so that they are in each other's way. */
const workers = 2
const timeout = 60_000 + messages * 100
const source = 'test/tracking/crash-worker.ts'

/** Runs a worker again and again, and kills it in the middle of whatever it does, until it says that it is done. */
async function runAndKill(worker: string, where: string, name: string): Promise<number> {
  const args = [worker, where, dirname(worker), name, String(messages)]
  for (let kills = 0; ; kills++) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    // Longer and longer, so that it comes to an end on a machine of any speed.
    const timer = setTimeout(() => child.kill('SIGKILL'), 150 + 40 * kills + 100 * (kills % 3))
    const [code, signal] = await once(child, 'exit')
    clearTimeout(timer)
    if (code === 0) return kills
    if (signal !== 'SIGKILL') throw new Error(`the worker ended with ${code ?? signal}`)
  }
}

async function crashLoop(worker: string, where: string, store: TrackingStore) {
  const names = Array.from({ length: workers }, (_, index) => `w${index}`)
  const kills = await Promise.all(names.map((name) => runAndKill(worker, where, name)))
  // An hour later: those of whom nobody has heard, and whatever a worker had claimed when it was killed.
  const later = createTracker({ store, clock: () => startedAt + 2 * 3_600_000, crypto })
  const told = names.flatMap((name) => linesOf(join(dirname(worker), `${name}.edge`)))
  for (let outcomes = await later.due(); outcomes.length > 0; outcomes = await later.due()) {
    for (const outcome of outcomes) {
      told.push(`${outcome.messageId} ${outcome.result}`)
      await later.told(outcome)
    }
  }
  const report = await later.report({ from: startedAt, to: startedAt + 1 })
  return { kills: kills.reduce((sum, count) => sum + count, 0), told, report }
}

function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
}

/** None lost, none twice. */
function expectExactly({ kills, told, report }: Awaited<ReturnType<typeof crashLoop>>): void {
  const numbers = Array.from({ length: messages }, (_, number) => number)
  const countOf = (fate: string) => numbers.filter((number) => fateOf(number) === fate).length
  expect(kills).toBeGreaterThan(workers)
  expect(report.counts).toEqual({
    sent: messages,
    processed: messages,
    delivered: countOf('delivered'),
    failed: countOf('failed') + countOf('lost'),
    open: 0,
  })
  expect(report.records).toHaveLength(messages)
  // What the edge was told: one thing of each message; and twice only what a kill came between telling and noting.
  const expected = numbers.map(
    (number) => `${messageIdOf(number)} ${fateOf(number) === 'delivered' ? 'delivered' : 'failed'}`,
  )
  expect([...new Set(told)].sort()).toEqual(expected.sort())
  expect(told.length - messages).toBeLessThanOrEqual(kills)
}

const programs = postgresPrograms()

describe(`processes that are killed again and again, ${messages} messages`, () => {
  test.skipIf(!programs)('PostgreSQL: none lost, none twice', { timeout }, async () => {
    const postgres = await startPostgres(programs ?? '')
    try {
      for (const statement of trackingTable()) await postgres.query(statement, [])
      const store = sqlTracking({ query: postgres.query })
      expectExactly(await withBundled(source, (worker) => crashLoop(worker, `postgres:${postgres.port}`, store)))
    } finally {
      await postgres.stop()
    }
  })

  if (process.getBuiltinModule('node:sqlite')) {
    test('SQLite: none lost, none twice', { timeout }, async () => {
      const run = withBundled(source, async (worker, folder) => {
        const path = join(folder, 'tracking.db')
        return crashLoop(worker, `sqlite:${path}`, sqliteTracking(path))
      })
      expectExactly(await run)
    })
  }
})
