import { describe, expect, test } from 'vitest'
import { differences, merge } from './differences.js'
import type { Cell, Matrix } from './matrix.js'
import { type Page, pageOf, readPage } from './page.js'
import type { Row } from './rows.js'

const rows: readonly Row[] = [
  { kind: 'signed', name: 'PSS, SHA-256', key: 'rsa', scheme: 'PSS', digest: 'SHA-256' },
  { kind: 'enveloped', name: 'AES-128-CBC, RSA v1.5', cipher: 'AES-128-CBC', to: { type: 'rsa' } },
  { kind: 'compressed', name: 'compressed' },
]

const cells = (...entries: readonly (readonly [row: number, peer: string, cell: Cell])[]) =>
  new Map(
    rows.map(({ name }, index) => [
      name,
      new Map(entries.filter(([row]) => row === index).map(([, peer, cell]) => [peer, cell])),
    ]),
  )

const one = { name: 'One', version: '1.0', through: '`one --cms`', install: 'one-tools' }
const two = { name: 'Two', version: '2.1', through: 'its library', install: 'npm ci' }
const matrix: Matrix = {
  theyMake: cells(
    [0, 'One', { state: 'verified' }],
    [0, 'Two', { state: 'cannot', says: 'no PSS | no ECDSA' }],
    [1, 'One', { state: 'opened' }],
    [1, 'Two', { state: 'by policy', says: 'cipher-not-allowed' }],
  ),
  weMake: cells(
    [0, 'One', { state: 'not made', says: 'no setting for it' }],
    [0, 'Two', { state: 'not made', says: 'no setting for it' }],
    [1, 'One', { state: 'refuses', says: 'bad decrypt' }],
    [1, 'Two', { state: 'opened' }],
  ),
}
const page: Page = { peers: [one, two], matrix }

/** The page with one cell changed. */
const withCell = (row: number, peer: string, cell: Cell, peers = page.peers): Page => {
  const theyMake = new Map(matrix.theyMake)
  const { name } = rows[row]!
  theyMake.set(name, new Map([...theyMake.get(name)!, [peer, cell]]))
  return { peers, matrix: { ...matrix, theyMake } }
}

describe('the page', () => {
  test('is read as it was written', () => {
    expect(readPage(pageOf(page, rows))).toEqual(page)
  })

  test('that is something else is an empty one', () => {
    const empty = { peers: [], matrix: { theyMake: new Map(), weMake: new Map() } }
    expect(readPage('# Interoperability\n\nNothing yet.\n')).toEqual(empty)
  })

  test('says what this library does not do once, not for every program', () => {
    expect(pageOf(page, rows).match(/no setting for it/g)).toHaveLength(1)
  })

  test('keeps the columns of programs that are not here', () => {
    const today = { ...withCell(0, 'One', { state: 'cannot', says: 'gone' }), peers: [one] }
    const onlyOne = {
      ...today,
      matrix: { theyMake: cells([0, 'One', { state: 'cannot', says: 'gone' }]), weMake: cells() },
    }
    const { peers, matrix: merged } = merge(page, onlyOne, rows)
    expect(peers).toEqual([one, two])
    expect(merged.theyMake.get(rows[0]!.name)).toEqual(
      new Map<string, Cell>([
        ['One', { state: 'cannot', says: 'gone' }],
        ['Two', { state: 'cannot', says: 'no PSS | no ECDSA' }],
      ]),
    )
  })
})

describe('differences', () => {
  const newer = { ...one, version: '1.1' }
  const cases: readonly {
    readonly comment: string
    readonly today: Page
    readonly rows?: readonly Row[]
    readonly worse: number
    readonly stale: number
  }[] = [
    { comment: 'none', today: page, worse: 0, stale: 0 },
    {
      comment: 'what worked and does not any more',
      today: withCell(0, 'One', { state: 'cannot', says: 'no PSS' }),
      worse: 1,
      stale: 0,
    },
    {
      comment: 'the same with a newer program',
      today: withCell(0, 'One', { state: 'cannot', says: 'no PSS' }, [newer, two]),
      worse: 1,
      stale: 0,
    },
    { comment: 'what works now', today: withCell(0, 'Two', { state: 'verified' }), worse: 0, stale: 1 },
    {
      comment: 'a program that says it otherwise',
      today: withCell(0, 'Two', { state: 'cannot', says: 'unknown' }),
      worse: 0,
      stale: 1,
    },
    {
      comment: 'the same with a newer program, which is no fault of the page',
      today: withCell(0, 'Two', { state: 'cannot', says: 'unknown' }, [one, { ...two, version: '3.0' }]),
      worse: 0,
      stale: 0,
    },
    {
      comment: 'a program that the page does not know',
      today: withCell(2, 'Three', { state: 'opened' }, [one, two, { ...two, name: 'Three' }]),
      worse: 0,
      stale: 1,
    },
    {
      comment: 'a row that is none any more',
      today: page,
      rows: rows.slice(1),
      worse: 0,
      stale: 1,
    },
    { comment: 'a program that is not here', today: { ...page, peers: [one] }, worse: 0, stale: 0 },
  ]

  test.each(cases)('$comment', ({ today, rows: rowsToday = rows, worse, stale }) => {
    const found = differences(page, today, rowsToday)
    expect([found.worse.length, found.stale.length]).toEqual([worse, stale])
  })

  test('are said with the row, the program and both states', () => {
    const { worse } = differences(page, withCell(0, 'One', { state: 'cannot', says: 'no PSS' }), rows)
    expect(worse).toEqual(['They make, we open: PSS, SHA-256, One: was verified, is cannot: no PSS'])
  })
})
