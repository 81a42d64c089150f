import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { differences, merge } from './differences.js'
import { pemOf } from './keys.node.js'
import { content } from './material.js'
import {
  type Cell,
  changed,
  type Direction,
  directions,
  good,
  type Matrix,
  made,
  makeAll,
  type Ours,
  theyOpen,
  weOpen,
} from './matrix.js'
import { makeOurs, openOurs } from './ours.js'
import { command, type PeerOnPage, pageOf, readPage } from './page.js'
import { bytesOf, type Outcome, type Peer } from './peer.js'
import { programs } from './programs.node.js'
import { letter, type Row, rows } from './rows.js'

const page = new URL('../../docs/interoperability.md', import.meta.url)
const write = process.env.DIRECT_SMIME_PEERS === 'write'

const ours: Ours = {
  make: (row) => makeOurs(row, pemOf),
  open: (job, policy) => openOurs(job, pemOf, policy),
  policies,
}

const here = await Promise.all(programs.map(async (peer) => ({ peer, version: await peer.version() }))).then((found) =>
  found.flatMap(({ peer, version }) => (version ? [{ peer, version }] : [])),
)
const peers: readonly PeerOnPage[] = here.map(({ peer: { name, through, install }, version }) => ({
  name,
  version,
  through,
  install,
}))

const cells: Record<Direction, Map<string, Map<string, Cell>>> = { theyMake: new Map(), weMake: new Map() }
const matrix: Matrix = cells
const theirs = new Map<Peer, ReadonlyMap<Row, Outcome>>()
const own = new Map<Row, Outcome>()

function note(direction: Direction, row: Row, peer: Peer, cell: Cell): void {
  const inRow = cells[direction].get(row.name) ?? new Map<string, Cell>()
  cells[direction].set(row.name, inRow.set(peer.name, cell))
}

/** Everybody else's messages of a row, as far as they were made. */
function messagesBut(peer: Peer) {
  const makers = [...theirs].filter(([maker]) => maker !== peer)
  return new Map(
    rows.map((row) => [
      row,
      new Map(
        makers.flatMap(([maker, outcomes]) => {
          const outcome = outcomes.get(row)
          return outcome && 'bytes' in outcome ? [[maker.name, outcome.bytes]] : []
        }),
      ),
    ]),
  )
}

beforeAll(async () => {
  for (const row of rows) own.set(row, made(row, await ours.make(row)))
  const answered = bytesOf(await ours.make(letter))
  for (const { peer } of here) theirs.set(peer, await makeAll(peer, rows, content, answered))
})

test('all programs are here', () => {
  const missing = programs.filter((peer) => !here.some((found) => found.peer === peer)).map(({ name }) => name)
  if (process.env.CI) expect(missing).toEqual([])
  else console.log(missing.length > 0 ? `not on this machine: ${missing.join(', ')}` : 'all programs are here')
})

describe.each(here)('$peer.name $version', ({ peer }) => {
  test('what it makes, we open', async () => {
    for (const [row, outcome] of theirs.get(peer)!) {
      note('theyMake', row, peer, await weOpen(row, outcome, content, ours))
    }
  })

  test('what we make, it opens', async () => {
    for (const [row, cell] of await theyOpen(peer, own, messagesBut(peer), content)) note('weMake', row, peer, cell)
  })

  test('nobody takes a changed content', async () => {
    const verifies = rows.filter((row) => row.kind === 'signed' && isGood('weMake', row, peer))
    const jobs = verifies.flatMap((row) => {
      const outcome = own.get(row)!
      return 'bytes' in outcome ? [changed({ row, message: outcome.bytes, content })] : []
    })
    const outcomes = await peer.open(jobs)
    expect(jobs.filter((_, index) => 'bytes' in outcomes[index]!).map(({ row }) => row.name)).toEqual([])
  })

  test('nor do we', async () => {
    const verified = rows.filter((row) => row.kind === 'signed' && isGood('theyMake', row, peer))
    const fooled: string[] = []
    for (const row of verified) {
      const outcome = theirs.get(peer)!.get(row)!
      if (!('bytes' in outcome)) continue
      const answer = await ours.open(changed({ row, message: outcome.bytes, content }), policies.legacy)
      if ('bytes' in answer) fooled.push(row.name)
    }
    expect(fooled).toEqual([])
  })
})

const isGood = (direction: Direction, row: Row, peer: Peer) =>
  good.includes(cells[direction].get(row.name)?.get(peer.name)?.state ?? 'wrong')

describe('docs/interoperability.md', () => {
  const text = existsSync(page) ? readFileSync(page, 'utf8') : ''
  const kept = readPage(text)

  test('every cell is known, and nobody ever gets another content', () => {
    const cellsOf = (direction: Direction) =>
      here.flatMap(({ peer }) =>
        rows
          .filter(({ kind }) => peer.kinds.includes(kind))
          .map(({ name }) => [
            directions[direction],
            name,
            peer.name,
            cells[direction].get(name)?.get(peer.name)?.state,
          ]),
      )
    const found = [...cellsOf('theyMake'), ...cellsOf('weMake')]
    expect(found.filter(([, , , state]) => state === undefined || state === 'wrong')).toEqual([])
  })

  test('no cell gets worse', () => {
    if (!write) expect(differences(kept, { peers, matrix }, rows).worse).toEqual([])
  })

  test(`says what is so today; when not: ${command}`, ({ task }) => {
    const failed = task.suite?.tasks.some(({ result }) => result?.state === 'fail')
    const today = pageOf(merge(kept, { peers, matrix }, rows), rows)
    if (write && !failed) writeFileSync(page, today)
    if (write) return
    expect(differences(kept, { peers, matrix }, rows).stale).toEqual([])
    const sameVersions = peers.every(({ name, version }) =>
      kept.peers.some((peer) => peer.name === name && peer.version === version),
    )
    if (sameVersions) expect(text).toBe(today)
  })

  afterAll(() => console.log(pageOf({ peers, matrix }, rows)))
})
