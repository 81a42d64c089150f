import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'
import { describe, expect, test } from 'vitest'
import { sqliteTracking } from '../../src/node/index.js'
import { createTracker, sqlTracking, type TrackingStore, trackingTable } from '../../src/tracking/index.js'
import { fateOf, messageIdOf, startedAt } from './crash-story.js'
import { postgresPrograms, startPostgres } from './postgres.node.js'

/** Set `TRACKING_MESSAGES=10000` for the long run. */
const messages = Number(process.env.TRACKING_MESSAGES ?? 1000)
const workers = 2
const timeout = 60_000 + messages * 100

/** Below node_modules, so that what is not bundled is found. */
const cache = 'node_modules/.cache'

async function bundledWorker(): Promise<string> {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'direct-smime-crash-'))
  await build({
    config: false,
    entry: { worker: 'test/tracking/crash-worker.ts' },
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    external: ['pg', 'postal-mime', /^node:/],
    removeNodeProtocol: false,
    silent: true,
  })
  return folder
}

/** Runs a worker again and again, and kills it in the middle of whatever it does, until it says that it is done. */
async function runAndKill(folder: string, where: string, name: string, from: number, to: number): Promise<number> {
  const args = [join(folder, 'worker.mjs'), where, folder, name, String(from), String(to)]
  for (let kills = 0; ; kills++) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    // Longer and longer, so that it comes to an end on a machine of any speed.
    const timer = setTimeout(() => child.kill('SIGKILL'), 300 + 40 * kills + 200 * (kills % 3))
    const [code, signal] = await once(child, 'exit')
    clearTimeout(timer)
    if (code === 0) return kills
    if (signal !== 'SIGKILL') throw new Error(`the worker ended with ${code ?? signal}`)
  }
}

async function crashLoop(where: string, open: (folder: string) => Promise<TrackingStore>) {
  const folder = await bundledWorker()
  try {
    const store = await open(folder)
    const share = Math.ceil(messages / workers)
    const shares = Array.from({ length: workers }, (_, index) => index * share)
    const place = where.replace('FOLDER', folder)
    const kills = await Promise.all(
      shares.map((from) => runAndKill(folder, place, `w${from}`, from, Math.min(from + share, messages))),
    )
    // An hour later: those of whom nobody has heard, and whatever a worker had claimed when it was killed.
    const later = createTracker({ store, clock: () => startedAt + 2 * 3_600_000, crypto })
    const told = shares.flatMap((from) => linesOf(join(folder, `w${from}.edge`)))
    for (let outcomes = await later.due(); outcomes.length > 0; outcomes = await later.due()) {
      for (const outcome of outcomes) {
        told.push(`${outcome.messageId} ${outcome.result}`)
        await later.told(outcome)
      }
    }
    const report = await later.report({ from: startedAt, to: startedAt + 1 })
    return { kills: kills.reduce((sum, count) => sum + count, 0), told, report }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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
      const run = await crashLoop(`postgres:${postgres.port}`, async () => sqlTracking({ query: postgres.query }))
      expectExactly(run)
    } finally {
      await postgres.stop()
    }
  })

  if (process.getBuiltinModule('node:sqlite')) {
    test('SQLite: none lost, none twice', { timeout }, async () => {
      expectExactly(
        await crashLoop('sqlite:FOLDER/tracking.db', async (folder) => sqliteTracking(join(folder, 'tracking.db'))),
      )
    })
  }
})
