/** The matrix: what became of every row between this library and every program, in both directions. */

import type { Policy } from '../../src/agent/index.js'
import { isContent, type OpenJob, type Outcome, type Peer } from './peer.js'
import type { Row } from './rows.js'
import { expectedShape, shapeOf } from './shape.js'

/**
 * What a cell says.
 *
 * - `verified`, `opened`: the signature holds, or the content came out as it went in and a notification tells what it should
 * - `by policy`: we refuse by default and open with the policy `legacy`
 * - `refuses`: the receiver refuses this message, though it opens one of the kind from somebody else
 * - `cannot`: the program does not do it
 * - `not opened`, `not made`: this library does not do it
 * - `wrong`: another content came out
 */
export type State = 'verified' | 'opened' | 'by policy' | 'refuses' | 'cannot' | 'not opened' | 'not made' | 'wrong'

export interface Cell {
  readonly state: State
  /** What was said, on one line; absent when all is well. */
  readonly says?: string
}

export const good: readonly State[] = ['verified', 'opened', 'by policy']

/** Row, then program. A program that is not on this machine has no cells. */
export type Cells = ReadonlyMap<string, ReadonlyMap<string, Cell>>
export const directions = { theyMake: 'They make, we open', weMake: 'We make, they open' } as const
export type Direction = keyof typeof directions
export type Matrix = Readonly<Record<Direction, Cells>>

/** What the matrix needs of this library. */
export interface Ours {
  make(row: Row): Promise<Outcome>
  open(job: OpenJob, policy: Policy): Promise<Outcome>
  readonly policies: Readonly<Record<'direct' | 'legacy', Policy>>
}

/** Every message that was made as its row says, by maker; ours under the name `ours`. */
export type Messages = ReadonlyMap<Row, ReadonlyMap<string, Uint8Array>>

/** A message made otherwise than its row says does not count: the program has no setting for it. */
export function made(row: Row, outcome: Outcome): Outcome {
  if (!('bytes' in outcome)) return outcome
  const shape = shapeOf(outcome.bytes, row)
  return shape === expectedShape(row) ? outcome : { cannot: `makes ${shape}` }
}

/** Asks a program to make every row of the kinds that it knows. */
export async function makeAll(
  peer: Peer,
  rows: readonly Row[],
  content: Uint8Array,
  letter: Uint8Array,
): Promise<ReadonlyMap<Row, Outcome>> {
  const known = rows.filter(({ kind }) => peer.kinds.includes(kind))
  const outcomes = await peer.make(known, content, letter)
  return new Map(known.map((row, index) => [row, made(row, outcomes[index]!)]))
}

/** They make, we open. */
export async function weOpen(row: Row, outcome: Outcome, content: Uint8Array, ours: Ours): Promise<Cell> {
  if ('cannot' in outcome) return { state: 'cannot', says: outcome.cannot }
  if ('says' in outcome) return { state: 'cannot', says: outcome.says }
  const job = { row, message: outcome.bytes, content }
  const opened = await ours.open(job, ours.policies.direct)
  if ('bytes' in opened) return judged(row, opened.bytes, content)
  const legacy = await ours.open(job, ours.policies.legacy)
  const says = 'says' in opened ? opened.says : opened.cannot
  if (!('bytes' in legacy)) return { state: 'not opened', says }
  return isContent(row, legacy.bytes, content) ? { state: 'by policy', says } : { state: 'wrong' }
}

/**
 * We make, they open. Whoever refuses a message of ours is given those of two others: one who opens neither does not
 * know the kind.
 */
export async function theyOpen(
  peer: Peer,
  ours: ReadonlyMap<Row, Outcome>,
  others: Messages,
  content: Uint8Array,
): Promise<ReadonlyMap<Row, Cell>> {
  const known = [...ours].filter(([{ kind }]) => peer.kinds.includes(kind))
  const jobs = known.flatMap(([row, outcome]) => [
    ...('bytes' in outcome ? [{ row, message: outcome.bytes, content, own: true }] : []),
    ...[...(others.get(row)?.values() ?? [])].slice(0, 2).map((message) => ({ row, message, content, own: false })),
  ])
  const outcomes = await peer.open(jobs)
  const answers = jobs.map((job, index) => ({ ...job, outcome: outcomes[index]! }))
  return new Map(known.map(([row, outcome]) => [row, cellOf(row, outcome, answers, content)]))
}

interface Answer {
  readonly row: Row
  readonly own: boolean
  readonly outcome: Outcome
}

function cellOf(row: Row, made: Outcome, answers: readonly Answer[], content: Uint8Array): Cell {
  if (!('bytes' in made)) return { state: 'not made', says: 'says' in made ? made.says : made.cannot }
  const about = answers.filter((answer) => answer.row === row)
  const { outcome } = about.find(({ own }) => own)!
  if ('bytes' in outcome) return judged(row, outcome.bytes, content)
  if ('cannot' in outcome) return { state: 'cannot', says: outcome.cannot }
  const opensOthers = about.some(
    (answer) => !answer.own && 'bytes' in answer.outcome && isContent(row, answer.outcome.bytes, content),
  )
  return { state: opensOthers ? 'refuses' : 'cannot', says: outcome.says }
}

function judged(row: Row, bytes: Uint8Array, content: Uint8Array): Cell {
  if (!isContent(row, bytes, content)) return { state: 'wrong' }
  return { state: row.kind === 'signed' ? 'verified' : 'opened' }
}

/** The same signature over another content, to be refused by everybody. */
export function changed({ row, message, content }: OpenJob): OpenJob {
  const opaque = row.kind === 'signed' && row.opaque
  return { row, message: opaque ? change(message) : message, content: opaque ? content : change(content) }
}

function change(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder('latin1').decode(bytes)
  const place = text.indexOf('potassium 4.1') + 'potassium '.length
  const copy = Uint8Array.from(bytes)
  copy[place]! ^= 0x0d // 4 becomes 9
  return copy
}
