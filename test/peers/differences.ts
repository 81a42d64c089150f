/** The page of yesterday beside what was seen today. */

import { type Cell, type Cells, type Direction, directions, good } from './matrix.js'
import type { Page } from './page.js'
import type { Row } from './rows.js'

/** The page as it is to be kept: what was seen today, and the columns of programs that are not here as they were. */
export function merge(kept: Page, today: Page, rows: readonly Row[]): Page {
  const here = new Set(today.peers.map(({ name }) => name))
  const known = new Set(kept.peers.map(({ name }) => name))
  const inOrder = kept.peers.map((peer) => today.peers.find(({ name }) => name === peer.name) ?? peer)
  const merged = (direction: Direction): Cells =>
    new Map(
      rows.map(({ name: row }) => [
        row,
        new Map([
          ...(today.matrix[direction].get(row) ?? []),
          ...[...(kept.matrix[direction].get(row) ?? [])].filter(([peer]) => !here.has(peer)),
        ]),
      ]),
    )
  const peers = [...inOrder, ...today.peers.filter(({ name }) => !known.has(name))]
  return { peers, matrix: { theyMake: merged('theyMake'), weMake: merged('weMake') } }
}

/**
 * What differs between the page and today.
 *
 * `worse` is what worked and does not any more. `stale` is any other difference, for programs of the version that the
 * page names: another version may know more, and says things otherwise.
 */
export function differences(
  kept: Page,
  today: Page,
  rows: readonly Row[],
): { readonly worse: readonly string[]; readonly stale: readonly string[] } {
  const worse: string[] = []
  const known = new Set(rows.map(({ name }) => name))
  const stale = [...kept.matrix.theyMake.keys()]
    .filter((row) => !known.has(row))
    .map((row) => `${row}: is no row any more`)
  const versions = new Map(kept.peers.map(({ name, version }) => [name, version]))
  for (const { name: peer, version } of today.peers) {
    for (const direction of ['theyMake', 'weMake'] as const) {
      for (const { name: row } of rows) {
        const [was, is] = [kept, today].map(({ matrix }) => matrix[direction].get(row)?.get(peer))
        if (was?.state === is?.state && was?.says === is?.says) continue
        const line = `${directions[direction]}: ${row}, ${peer}: was ${inWords(was)}, is ${inWords(is)}`
        if (was && good.includes(was.state) && !(is && good.includes(is.state))) worse.push(line)
        else if (versions.get(peer) === version || !versions.has(peer)) stale.push(line)
      }
    }
  }
  return { worse, stale }
}

const inWords = (cell: Cell | undefined) => (cell ? [cell.state, cell.says].filter(Boolean).join(': ') : 'absent')
