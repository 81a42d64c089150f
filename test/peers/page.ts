/** docs/interoperability.md: written from the matrix, and read again to be compared with the next one. */

import { type Cell, type Cells, type Direction, directions, good, type Matrix, type State } from './matrix.js'
import type { Row } from './rows.js'

export interface PeerOnPage {
  readonly name: string
  readonly version: string
  readonly through: string
  readonly install: string
}

export interface Page {
  readonly peers: readonly PeerOnPage[]
  readonly matrix: Matrix
}

export const command = 'npm run test:peers -- --write'

const introduction = `# Interoperability

<!-- Made by a run of the tests with peers. After a change: ${command} -->

What independent programs and this library make of each other's messages. The keys are those of \`vectors/peers/keys\`; the rows are in \`test/peers/rows.ts\`. A message counts only when it is made as its row says, which is read from its bytes; opened means that the content came out octet for octet, and of a notification that it names the message, what became of it, and a recipient for whom its signer may speak. A signature over a changed content was refused by every program that verified the right one.

| a cell says | and means |
| --- | --- |
| verified, opened | it worked |
| by policy | the default policy refuses it, the policy \`legacy\` opens it |
| refuses | the receiver refuses it, though it opens one of this kind from somebody else |
| cannot | the program, in this version, does not do it |
| not opened, not made | this library does not do it |
| – | the program does nothing of the kind |

`

const sections: readonly { readonly kind: Row['kind']; readonly title: string }[] = [
  { kind: 'signed', title: 'Signatures' },
  { kind: 'enveloped', title: 'Encryption' },
  { kind: 'compressed', title: 'Compression' },
  { kind: 'message', title: 'Whole messages, from agent to agent' },
  { kind: 'notification', title: 'Notifications of messages that an agent received' },
]

/** The whole page. */
export function pageOf({ peers, matrix }: Page, rows: readonly Row[]): string {
  const names = peers.map(({ name }) => name)
  const inDirection = (direction: Direction) => [
    `## ${directions[direction]}\n`,
    ...sections.flatMap(({ kind, title }) => [
      `### ${title}\n`,
      table(
        ['', ...peers.map(({ name, version }) => `${name} ${version}`)],
        rows
          .filter((row) => row.kind === kind)
          .map(({ name }) => [name, ...names.map((peer) => matrix[direction].get(name)?.get(peer)?.state ?? '–')]),
      ),
    ]),
  ]
  return [
    introduction.trimEnd(),
    '\n## Programs\n',
    table(
      ['program', 'version', 'asked through', 'to have it', 'of what it makes we open', 'of what we make it opens'],
      peers.map(({ name, version, through, install }) => [
        name,
        version,
        through,
        install,
        count(matrix.theyMake, name, 'cannot'),
        count(matrix.weMake, name, 'not made'),
      ]),
    ),
    ...inDirection('theyMake'),
    ...inDirection('weMake'),
    '## What was said\n',
    'By the program where it says `refuses` or `cannot`, by this library elsewhere. `makes …` is what a program made instead.\n',
    table(['', 'program', 'state', 'what was said', 'rows'], saidRows(matrix, names)),
  ].join('\n')
}

/** How many of those that were made were opened. */
function count(cells: Cells, peer: string, notMade: State): string {
  const states = [...cells.values()].flatMap((row) => row.get(peer)?.state ?? [])
  const made = states.filter((state) => state !== notMade)
  return `${made.filter((state) => good.includes(state)).length} of ${made.length}`
}

function saidRows(matrix: Matrix, names: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<string, Set<string>>()
  for (const direction of ['theyMake', 'weMake'] as const) {
    for (const peer of names) {
      for (const [row, cells] of matrix[direction]) {
        const { state, says } = cells.get(peer) ?? {}
        if (!state || says === undefined) continue
        const program = isOurs(direction, state) ? thisLibrary : peer
        const key = [directions[direction], program, state, says].join(separator)
        groups.set(key, (groups.get(key) ?? new Set()).add(row))
      }
    }
  }
  return [...groups].map(([key, rows]) => [...key.split(separator), [...rows].join('<br>')])
}

/** What we do not make we do not make for anybody: it is said once. */
const thisLibrary = 'this library'
const isOurs = (direction: Direction, state: State | undefined) => direction === 'weMake' && state === 'not made'

const separator = '\u0000'

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

// --- reading it again --------------------------------------------------------

/** Reads what {@link pageOf} wrote. What is no such page gives an empty one. */
export function readPage(text: string): Page {
  const programs = tablesBelow(text, '## Programs')[0] ?? []
  const peers = programs.map(([name = '', version = '', through = '', install = '']) => ({
    name,
    version,
    through,
    install,
  }))
  const said = tablesBelow(text, '## What was said')[0] ?? []
  const cellsOf = (direction: Direction): Cells => {
    const says = new Map(
      said
        .filter(([title]) => title === directions[direction])
        .flatMap(([, peer, , words = '', rows = '']) => rows.split('<br>').map((row) => [`${row}\n${peer}`, words])),
    )
    return new Map(
      tablesBelow(text, `## ${directions[direction]}`)
        .flat()
        .map(([row = '', ...states]) => [row, rowOf(row, states, direction, peers, says)]),
    )
  }
  return { peers, matrix: { theyMake: cellsOf('theyMake'), weMake: cellsOf('weMake') } }
}

function rowOf(
  row: string,
  states: readonly string[],
  direction: Direction,
  peers: readonly PeerOnPage[],
  says: ReadonlyMap<string, string>,
): ReadonlyMap<string, Cell> {
  return new Map(
    peers.flatMap(({ name }, column) => {
      const state = states[column] as State | '–' | undefined
      if (state === undefined || state === '–') return []
      const words = says.get(`${row}\n${isOurs(direction, state) ? thisLibrary : name}`)
      return [[name, { state, ...(words !== undefined && { says: words }) }]]
    }),
  )
}

/** The tables of the section that begins with this line, each without its head. */
function tablesBelow(text: string, heading: string): readonly (readonly (readonly string[])[])[] {
  const [, after = ''] = text.split(`\n${heading}\n`)
  const [section = ''] = after.split('\n## ')
  return section
    .split(/\n(?!\|)/)
    .filter((block) => block.includes('\n| --- |') || block.includes('\n| --- '))
    .map((block) =>
      block
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .slice(2)
        .map(cellsOfLine),
    )
}

const cellsOfLine = (line: string) =>
  line
    .slice(2, -2)
    .split(/(?<!\\) \| /)
    .map((cell) => cell.replaceAll('\\|', '|'))
