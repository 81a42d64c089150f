/** Reads the command line, gives each target its time, prints the table, and keeps what is found as files. */

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serialize } from 'node:v8'
import { collectSeeds } from './seeds.js'
import { fuzzTarget, type Result, replay, type Workshop } from './supervise.js'

const usage = `npm run fuzz -- [--minutes N | --inputs N] [--target NAME] [--seed TEXT] [--workers 1|2] [--verbose]
npm run fuzz -- --target NAME --replay FILE`

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string' },
    inputs: { type: 'string' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    workers: { type: 'string' },
    replay: { type: 'string' },
    finds: { type: 'string' },
    verbose: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})

if (options.help) console.log(usage)
else await main()

async function main(): Promise<void> {
  const { targetNamed, targets } = await import('./targets.js')
  const chosen = options.target?.map(targetNamed) ?? targets
  const workshop = prepare()
  if (options.replay !== undefined) return replayFile(options.replay, workshop)
  console.log(`seed ${workshop.seed}`)
  console.log(row(['target', 'inputs', 'per second', 'corpus', 'slowest ms', 'lines', 'finds', 'digest']))
  const waiting = chosen.map(({ name }) => name)
  const share = shareOf(waiting.length)
  let found = 0
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const start = Date.now()
      const result = await fuzzTarget(name, workshop, share())
      report(name, result, Date.now() - start)
      found += result.finds.length
    }
  }
  await Promise.all(Array.from({ length: workers() }, worker))
  if (found === 0) return
  console.error(`\n${found} found; the inputs are in ${findsFolder()}`)
  process.exitCode = 1
}

/** The seeds are read once and handed to the workers as one file. */
function prepare(): Workshop {
  const folder = new URL('.', import.meta.url).pathname
  const seedsFile = join(folder, 'seeds')
  const borrowed = process.env.DIRECT_SMIME_VECTORS
  writeFileSync(seedsFile, serialize(collectSeeds(['vectors', ...(borrowed ? [borrowed] : [])])))
  return { folder, seedsFile, seed: options.seed ?? String(Math.floor(Math.random() * 1e9)) }
}

function workers(): number {
  return options.workers === '2' ? 2 : 1
}

/** What each target gets: a number of inputs, the same in every run, or its part of the time. */
function shareOf(count: number) {
  const inputs = Number(options.inputs ?? Number.POSITIVE_INFINITY)
  const minutes = Number(options.minutes ?? (options.inputs === undefined ? 1 : 60 * 24))
  if (!(minutes > 0 && inputs > 0)) throw new Error(usage)
  const ms = (minutes * 60_000 * workers()) / count
  return () => ({ until: Date.now() + ms, inputs: Math.min(inputs, Number.MAX_SAFE_INTEGER) })
}

function report(name: string, { figures, finds }: Result, ms: number): void {
  const lines = figures?.files.reduce((sum, file) => sum + file.lines, 0) ?? 0
  const missed = figures?.files.reduce((sum, file) => sum + file.missed.length, 0) ?? 0
  const percent = lines === 0 ? '–' : `${(((lines - missed) / lines) * 100).toFixed(1)} %`
  const rate = figures ? Math.round(figures.inputs / (ms / 1000)) : '–'
  const { inputs = '–', corpus = '–', digest = '–' } = figures ?? {}
  console.log(row([name, inputs, rate, corpus, figures?.slowestMs.toFixed(0) ?? '–', percent, finds.length, digest]))
  if (options.verbose) {
    for (const file of figures?.files ?? []) {
      if (file.missed.length > 0) console.log(`    src/${file.file} not reached: ${file.missed.join(' ')}`)
    }
  }
  for (const { kind, what, input } of finds) {
    const bytes = Buffer.from(input, 'base64')
    const path = join(findsFolder(), `${name}-${kind}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`)
    mkdirSync(findsFolder(), { recursive: true })
    writeFileSync(path, bytes)
    console.log(`  ${kind}, ${bytes.length} octets, ${path}\n    ${what.split('\n').slice(0, 6).join('\n    ')}`)
  }
}

function findsFolder(): string {
  return options.finds ?? join(tmpdir(), 'direct-smime-finds')
}

async function replayFile(path: string, workshop: Workshop): Promise<void> {
  const [name] = options.target ?? []
  if (name === undefined) throw new Error(usage)
  const replayed = await replay(name, readFileSync(path).toString('base64'), workshop)
  if (!replayed) console.log('took more than five seconds, or ended the process')
  else console.log(`${replayed.what}: ${Math.round(replayed.ms)} ms, grew by ${replayed.grownBytes >> 20} MiB`)
  if (!replayed || replayed.crashed) process.exitCode = 1
}

function row(cells: readonly (string | number)[]): string {
  const [first, ...rest] = cells.map(String)
  return (first ?? '').padEnd(24) + rest.map((cell) => cell.padStart(11)).join('')
}
