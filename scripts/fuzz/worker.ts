/** One target in a process of its own: reads inputs and tells the parent what it sees. Killed when an input hangs it. */

import { createHash } from 'node:crypto'
import { openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { deserialize } from 'node:v8'
import { type Coverage, watchCoverage } from './coverage.js'
import { lineCoverage, linesOfFunctions, type SourceMap } from './line-coverage.js'
import type { Assignment, FileCoverage, Find, Report } from './messages.js'
import { minimise } from './minimise.js'
import { mutators } from './mutators.js'
import { type Random, randomFrom } from './random.js'
import type { Seeds } from './seeds.js'
import { Broken, type Outcome, outcomeOf, type Target } from './target.js'

const batchSize = 128
/** An input is kept to be changed further when it is not larger than this. */
const maxKeptBytes = 32 * 1024
const hangMs = 1000
const growthBytes = 256 << 20
/** Garbage beyond this is collected before it is taken for growth. */
const litterBytes = 64 << 20
const maxCrashes = 20
const maxSuspects = 3
const minimiseMs = 8000

class Work {
  readonly #target: Target
  readonly #assignment: Assignment
  readonly #coverage: Coverage
  readonly #random: Random
  readonly #current: number
  readonly #seeds: Uint8Array[]
  readonly #corpus: Uint8Array[] = []
  readonly #crashes = new Set<string>()
  #inputs = 0
  #slowestMs = 0
  #sequence = 0
  #baseline = 0
  #peak = 0
  #suspects = 0
  #growths = 0

  constructor(assignment: Assignment, target: Target, coverage: Coverage) {
    this.#assignment = assignment
    this.#target = target
    this.#coverage = coverage
    this.#random = randomFrom(`${assignment.seed} ${target.name}`)
    this.#current = openSync(assignment.currentFile, 'r+')
    const all = deserialize(readFileSync(assignment.seedsFile)) as Seeds
    this.#seeds = target.seeds.flatMap((kind) => all[kind])
    if (this.#seeds.length === 0) this.#seeds.push(new Uint8Array(0))
  }

  async run(): Promise<void> {
    const { until, inputs } = this.#assignment
    if (this.#target.made) this.#seeds.push(...(await this.#target.made()))
    await this.#readSeeds()
    while (Date.now() < until && this.#inputs < inputs) {
      const batch = Array.from({ length: batchSize }, () => this.#mutated())
      for (const input of batch) await this.#read(input)
      await this.#keepWhatIsNew(batch)
      await this.#tidy()
      // The parent's messages, and its end, are seen only when nothing else is left to do.
      await new Promise(setImmediate)
      if (this.#crashes.size >= maxCrashes) break
    }
    await this.#coverage.update()
    await this.#send({ type: 'done', files: fileCoverage(this.#target, this.#coverage), ...this.#figures() })
  }

  /** One input, told as {@link Report}: how long it took and how far memory grew. */
  async replay(input: Uint8Array): Promise<void> {
    for (const seed of this.#seeds.slice(0, 200)) await this.#timed(seed)
    const before = rssAfterCollection()
    const cpu = process.cpuUsage()
    const { outcome, ms: wallMs } = await this.#timed(input)
    const { user, system } = process.cpuUsage(cpu)
    // On a busy machine the clock says too much; the processor's time does when garbage is collected beside.
    const ms = Math.min(wallMs, (user + system) / 1000)
    const grownBytes = Math.max(peakBytes(), process.memoryUsage.rss()) - before
    const what = 'crash' in outcome ? describe(outcome.crash) : (outcome.code ?? 'read')
    await this.#send({ type: 'replayed', what, crashed: 'crash' in outcome, ms, grownBytes })
  }

  async #readSeeds(): Promise<void> {
    for (let at = 0; at < this.#seeds.length; at += batchSize) {
      const batch = this.#seeds.slice(at, at + batchSize)
      for (const seed of batch) await this.#read(seed)
      await this.#keepWhatIsNew(batch)
    }
    this.#baseline = rssAfterCollection()
    this.#peak = Math.max(peakBytes(), this.#baseline)
  }

  /** An input that reaches what none before it did: from the corpus mostly, since that is where new ground is near. */
  #mutated(): Uint8Array {
    const random = this.#random
    const pool = this.#corpus.length > 0 && random.chance(0.6) ? this.#corpus : this.#seeds
    const { mutate, dictionary } = mutators[random.pick(this.#target.mutators)]
    return mutate(random.pick(pool), { random, pool: this.#seeds, dictionary })
  }

  /** When a batch reached something new, runs it again one at a time to see which of it did. */
  async #keepWhatIsNew(batch: readonly Uint8Array[]): Promise<void> {
    let places = await this.#coverage.update()
    for (const input of batch) {
      if (places.length === 0) return
      if (input.length > maxKeptBytes) continue
      const reached = await this.#coverage.reaches(places, () => this.#read(input))
      if (reached.length > 0) this.#corpus.push(input)
      places = places.filter((place) => !reached.includes(place))
    }
  }

  async #read(input: Uint8Array): Promise<void> {
    this.#inputs++
    const { outcome, ms } = await this.#timed(input)
    this.#slowestMs = Math.max(this.#slowestMs, ms)
    if ('crash' in outcome) await this.#crashed(input, outcome.crash)
    if (ms > hangMs) await this.#suspect('hang', input)
    if (this.#baseline > 0) await this.#watchMemory(input)
  }

  async #watchMemory(input: Uint8Array): Promise<void> {
    const peak = peakBytes()
    if (peak > Math.max(this.#baseline + growthBytes, this.#peak)) {
      this.#peak = peak + litterBytes
      await this.#suspect('growth', input)
    }
    if (input.length > maxKeptBytes) await this.#tidy()
  }

  async #suspect(kind: 'hang' | 'growth', input: Uint8Array): Promise<void> {
    if (++this.#suspects <= maxSuspects) await this.#send({ type: 'suspect', kind, input: base64(input) })
  }

  async #tidy(): Promise<void> {
    if (process.memoryUsage.rss() < this.#baseline + litterBytes) return
    const grown = rssAfterCollection() - this.#baseline
    if (grown > growthBytes && this.#growths++ === 0) await this.#send({ type: 'grown', bytes: grown })
  }

  async #crashed(input: Uint8Array, crash: unknown): Promise<void> {
    const key = describe(crash)
    if (this.#crashes.has(key)) return
    this.#crashes.add(key)
    const deadline = Date.now() + minimiseMs
    const small = await minimise(input, async (candidate) => {
      if (Date.now() > deadline) return false
      const { outcome } = await this.#timed(candidate)
      return 'crash' in outcome && describe(outcome.crash) === key
    })
    const stack = crash instanceof Error ? crash.stack : undefined
    const find: Find = { kind: 'crash', input: base64(small), what: stack ?? key }
    await this.#send({ type: 'find', find })
  }

  async #timed(input: Uint8Array): Promise<{ readonly outcome: Outcome; readonly ms: number }> {
    this.#mark(input, true)
    const start = performance.now()
    const outcome = await outcomeOf(this.#target, input)
    const ms = performance.now() - start
    this.#mark(input, false)
    return { outcome, ms }
  }

  /** Where the parent sees which input is being read, and for how long, even when this process answers no more. */
  #mark(input: Uint8Array, running: boolean): void {
    const head = Buffer.alloc(12)
    head.writeUInt32LE(++this.#sequence >>> 0, 0)
    head.writeUInt32LE(running ? 1 : 0, 4)
    head.writeUInt32LE(input.length, 8)
    if (running) writeSync(this.#current, input, 0, input.length, head.length)
    writeSync(this.#current, head, 0, head.length, 0)
  }

  #figures() {
    return { inputs: this.#inputs, corpus: this.#corpus.length, slowestMs: this.#slowestMs, digest: this.#digest() }
  }

  /** Of the corpus: two runs with the same seed and number of inputs end with the same. */
  #digest(): string {
    const hash = createHash('sha256')
    for (const input of this.#corpus) hash.update(input)
    return hash.digest('hex').slice(0, 8)
  }

  #send(report: Report): Promise<void> {
    return new Promise((resolve) => process.send?.(report, () => resolve()))
  }
}

/** A source of the library, by its path below `src/`. */
const libraryFile = /(?:^|\/)src\/(.+)$/

const sourceMap = (url: URL) => JSON.parse(readFileSync(url, 'utf8')) as SourceMap

function fileCoverage({ files, aside = [] }: Target, { reached }: Coverage): readonly FileCoverage[] {
  const found = new Map<string, { lines: readonly number[]; missed: readonly number[] }>()
  for (const [url, characters] of reached) {
    const map = sourceMap(new URL(`${url}.map`))
    for (const [source, coverage] of lineCoverage(readFileSync(new URL(url), 'utf8'), map, characters)) {
      const name = libraryFile.exec(source)?.[1] ?? ''
      if (!files.includes(name)) continue
      const writing = linesOfFunctions(map.sourcesContent?.[map.sources.indexOf(source)] ?? '', aside)
      const lines = [...coverage.lines].filter((line) => !writing.has(line)).sort((a, b) => a - b)
      found.set(name, { lines, missed: lines.filter((line) => !coverage.reached.has(line)) })
    }
  }
  return files.map((file) => {
    const { lines = [], missed = [] } = found.get(file) ?? {}
    return { file, lines: lines.length, missed }
  })
}

/** The error's name and where it came from: two crashes at one place are one. */
function describe(crash: unknown): string {
  if (!(crash instanceof Error)) return `thrown: ${typeof crash}`
  const place = /\n\s+at (.*src\/(?!errors).*)/.exec(crash.stack ?? '')?.[1] ?? ''
  return crash instanceof Broken
    ? `Broken: ${crash.message}`
    : `${crash.name}: ${crash.message.slice(0, 60)} at ${place}`
}

function rssAfterCollection(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage.rss()
}

const peakBytes = () => process.resourceUsage().maxRSS * 1024
const base64 = (input: Uint8Array) => Buffer.from(input).toString('base64')

/** The scripts of the bundle that hold code of the library: the others are the fuzzer's own. */
function librarySources(): readonly string[] {
  const folder = new URL('.', import.meta.url)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js.map'))
    .filter((name) => sourceMap(new URL(name, folder)).sources.some((source) => libraryFile.test(source)))
    .map((name) => new URL(name.slice(0, -'.map'.length), folder).href)
}

process.once('disconnect', () => process.exit())
process.once('message', async (assignment: Assignment) => {
  const { replay } = assignment
  // One input is timed without the counting, which makes everything slower.
  const coverage = await watchCoverage(replay === undefined ? librarySources() : [])
  // Imported when it is watched already, and as a bundle of its own.
  const { targetNamed } = await import('./targets.js')
  const work = new Work(assignment, targetNamed(assignment.target), coverage)
  await (replay === undefined ? work.run() : work.replay(Uint8Array.from(Buffer.from(replay, 'base64'))))
  process.disconnect()
})
