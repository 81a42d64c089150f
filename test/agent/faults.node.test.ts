import { beforeAll, describe, expect, test } from 'vitest'
import { randomFrom } from '../../scripts/fuzz/random.js'
import { deeds } from './faults/run.js'
import { makeScene, makeTrial, type Scene } from './faults/scene.js'
import { type Row, table } from './faults/table.js'

// Messages sealed at random, each under one fault, and each again when that is over, by the same agent. What may come of
// which fault is the table; a fault of the world never ends in "no", and one of the octets never in "later".

/** Messages that are sealed; `npm run check:faults` seals ten thousand. */
const count = Number(process.env.FAULTS ?? 500)
const atOnce = 32

interface Done {
  readonly number: number
  readonly row: Row
  readonly outcome: string
  readonly twin: string
}

describe(`${count} messages with faults`, () => {
  let scene: Scene
  const done: Done[] = []

  beforeAll(async () => {
    scene = await makeScene()
    const numbers = Array.from({ length: count }, (_, number) => number)
    // Those that wait for the end of a time-out wait together, while the others are tried.
    const waits = (number: number) => rowOf(number).fault === 'opening: a server of lists is silent'
    const waiting = Promise.all(numbers.filter(waits).map(tried))
    const others = numbers.filter((number) => !waits(number))
    for (let from = 0; from < others.length; from += atOnce) {
      done.push(...(await Promise.all(others.slice(from, from + atOnce).map(tried))))
    }
    done.push(...(await waiting))
    print()
  }, 600_000)

  async function tried(number: number): Promise<Done> {
    const row = rowOf(number)
    const trial = await makeTrial(scene, randomFrom(`fault ${number}`))
    return { number, row, ...(await deeds.get(row.fault)!(trial)) }
  }

  test('every fault of the table is tried, as often as every other', () => {
    expect([...deeds.keys()].sort()).toEqual(table.map(({ fault }) => fault).sort())
    const least = Math.min(...table.map((row) => of(row).length))
    expect(least).toBe(Math.floor(count / table.length))
    // So that ten thousand are a hundred of each.
    expect(table.length).toBeLessThanOrEqual(100)
  })

  test('every outcome is one that the table says: nothing else is thrown, and no other message comes out', () => {
    const strange = done.filter(({ row, outcome }) => !(row.outcomes as readonly string[]).includes(outcome))
    expect(strange.map(({ number, row, outcome }) => `${number}, ${row.fault}: ${outcome}`)).toEqual([])
  })

  test('every twin is accepted, and is a duplicate after a message that was handed out, and after no other', () => {
    const refused = done.filter(({ outcome, twin }) => twin !== (outcome === 'message' ? 'duplicate' : 'message'))
    expect(refused.map(({ number, row, twin }) => `${number}, ${row.fault}: ${twin}`)).toEqual([])
  })

  test.each([
    { place: 'infrastructure', never: 'rejected' },
    { place: 'bytes', never: 'deferred' },
  ])('a fault of $place is never $never', ({ place, never }) => {
    const here = done.filter(({ row }) => row.place === place)
    expect(here.length).toBeGreaterThan(count / 4)
    expect(here.filter(({ outcome }) => outcome.startsWith(never))).toEqual([])
  })

  const of = (row: Row) => done.filter((each) => each.row === row)

  function print(): void {
    const rows = table.map((row) => {
      const here = of(row)
      const outcomes = [...new Set(here.map(({ outcome }) => outcome))].sort()
      const counted = outcomes.map((outcome) => `${outcome} ${here.filter((each) => each.outcome === outcome).length}`)
      return [row.fault, { place: row.place, messages: here.length, outcomes: counted.join(', ') }] as const
    })
    console.table(Object.fromEntries(rows))
  }
})

function rowOf(number: number): Row {
  return table[number % table.length]!
}
