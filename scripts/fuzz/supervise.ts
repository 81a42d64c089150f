import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Assignment, Figures, Find, Replayed, Report } from './messages.js'

/** What one target came to. */
export interface Result {
  readonly finds: readonly Find[]
  /** Absent when the worker was killed or died: what it had reached went with it. */
  readonly figures?: Figures
}

/** What every worker of a run shares. */
export interface Workshop {
  /** A temporary folder that holds the bundle. */
  readonly folder: string
  readonly seedsFile: string
  readonly seed: string
}

export interface Budget {
  /** Milliseconds since 1970. */
  readonly until: number
  readonly inputs: number
}

/** So long one input may take. */
const hangMs = 1000
/** The worker is killed later than that, since counting coverage makes it slower; alone the input is timed without. */
const killMs = 3 * hangMs
const growthBytes = 256 << 20
const pollMs = 50
/** So long a suspect may take when it is read again alone. */
const replayMs = 5000

/** Lets a worker read inputs, and watches it: one that hangs is killed, and its input read again alone. */
export async function fuzzTarget(target: string, workshop: Workshop, budget: Budget): Promise<Result> {
  const finds: Find[] = []
  let result: Result = { finds }
  for (let round = 0; ; round++) {
    const seed = round === 0 ? workshop.seed : `${workshop.seed} round ${round}`
    const ended = await attend(workshop, { target, seed, ...budget }, killMs)
    finds.push(...ended.finds)
    if (ended.figures) result = { ...result, figures: ended.figures }
    for (const { kind, input } of ended.suspects) {
      const find = confirm(kind, input, await replay(target, input, workshop))
      if (find) finds.push(find)
    }
    // A machine that was busy looks like a hang: then the work goes on with other numbers.
    if (ended.figures || finds.length > 0 || Date.now() > budget.until) return { ...result, finds }
  }
}

/** Reads one input in a process of its own. Nothing when it took more than five seconds, or the process died. */
export async function replay(target: string, input: string, workshop: Workshop): Promise<Replayed | undefined> {
  const assignment = { target, seed: workshop.seed, until: 0, inputs: 0, replay: input }
  return (await attend(workshop, assignment, replayMs)).replayed
}

function confirm(kind: 'hang' | 'growth' | 'death', input: string, replayed: Replayed | undefined): Find | undefined {
  if (!replayed) return { kind, input, what: `${kind}: alone it ends the process, or takes more than ${replayMs} ms` }
  const { ms, grownBytes } = replayed
  if (ms > hangMs) return { kind: 'hang', input, what: `took ${Math.round(ms)} ms` }
  if (grownBytes > growthBytes) return { kind: 'growth', input, what: `grew by ${grownBytes >> 20} MiB` }
  return undefined
}

interface Ended {
  readonly finds: readonly Find[]
  readonly suspects: readonly { readonly kind: 'hang' | 'growth' | 'death'; readonly input: string }[]
  readonly figures?: Figures
  readonly replayed?: Replayed
}

type Task = Omit<Assignment, 'seedsFile' | 'currentFile'>

function attend({ folder, seedsFile }: Workshop, task: Task, limitMs: number): Promise<Ended> {
  const currentFile = join(folder, `current-${task.target}`)
  writeFileSync(currentFile, new Uint8Array(12))
  const child = fork(join(folder, 'worker.js'), { execArgv: ['--expose-gc', '--enable-source-maps'], stdio: 'inherit' })
  const finds: Find[] = []
  const suspects: Ended['suspects'][number][] = []
  let last: Pick<Ended, 'figures' | 'replayed'> = {}
  child.on('message', (report: Report) => {
    if (report.type === 'find') finds.push(report.find)
    else if (report.type === 'suspect') suspects.push(report)
    else if (report.type === 'grown') finds.push({ kind: 'growth', input: '', what: `${report.bytes >> 20} MiB stay` })
    else if (report.type === 'done') last = { figures: report }
    else last = { replayed: report }
  })
  child.send({ ...task, seedsFile, currentFile } satisfies Assignment)
  const watch = watchHangs(child, currentFile, limitMs, (input) => suspects.push({ kind: 'hang', input }))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      watch.stop()
      const hung = signal === 'SIGKILL' && suspects.length > 0
      const current = watch.current()
      if (!hung && code !== 0) {
        if (current === undefined) return reject(new Error(`the worker for ${task.target} failed by itself`))
        suspects.push({ kind: 'death', input: current })
      }
      resolve({ finds, suspects, ...last })
    })
  })
}

/** Looks again and again at what the worker is reading; the same input for too long is a hang. */
function watchHangs(child: ChildProcess, currentFile: string, limitMs: number, onHang: (input: string) => void) {
  const file = openSync(currentFile, 'r')
  let seen = { sequence: -1, since: 0 }
  /** What is being read; nothing when the worker is between two inputs. */
  const current = () => {
    const { length, running } = headOf(file)
    if (!running) return undefined
    const input = Buffer.alloc(length)
    readSync(file, input, 0, length, headBytes)
    return input.toString('base64')
  }
  const timer = setInterval(() => {
    const { sequence, running } = headOf(file)
    if (sequence !== seen.sequence || !running) seen = { sequence, since: Date.now() }
    else if (Date.now() - seen.since > limitMs) {
      onHang(current() ?? '')
      clearInterval(timer)
      child.kill('SIGKILL')
    }
  }, pollMs)
  const stop = () => {
    clearInterval(timer)
    // The file is read once more when a worker died.
    setTimeout(() => closeSync(file), 0)
  }
  return { current, stop }
}

const headBytes = 12

function headOf(file: number) {
  const head = Buffer.alloc(headBytes)
  readSync(file, head, 0, headBytes, 0)
  return { sequence: head.readUInt32LE(0), running: head.readUInt32LE(4) === 1, length: head.readUInt32LE(8) }
}
