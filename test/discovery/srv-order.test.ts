import { describe, expect, test } from 'vitest'
import { findCertificates } from '../../src/discovery/index.js'
import { directoryOf, resolverOf, srv, takingAllBut } from './world.js'

type Server = readonly [host: string, priority: number, weight: number]

/** The hosts in the order in which they are asked when chance draws these numbers. */
async function order(servers: readonly Server[], draws: readonly number[]): Promise<readonly string[]> {
  const hosts = servers.map(([host]) => [`A ${host}`, [{ address: '192.0.2.1' }]] as const)
  const records = servers.map(([host, priority, weight]) => srv(host, 10_389, priority, weight))
  const resolver = resolverOf({ '\u0000': [], ...Object.fromEntries(hosts), 'SRV _ldap._tcp.direct.example': records })
  const directory = directoryOf(Object.fromEntries(servers.map(([host]) => [host, {}])))
  const left = [...draws]
  const random = () => left.shift() ?? 0
  await findCertificates({ address: 'direct.example', judge: takingAllBut() }, { resolver, directory, random })
  const connects = directory.asked.filter((line) => line.startsWith('connect'))
  return [...new Set(connects.map((line) => line.slice('connect '.length, -':10389'.length)))]
}

describe('servers in the order of RFC 2782 (DISC-41, DISC-42, DISC-44)', () => {
  const cases: readonly {
    readonly comment: string
    readonly servers: readonly Server[]
    readonly draws: readonly number[]
    readonly asked: readonly string[]
  }[] = [
    {
      comment: 'the lowest number first',
      servers: [
        ['b', 20, 0],
        ['a', 10, 0],
        ['c', 65_535, 9],
      ],
      draws: [],
      asked: ['a', 'b', 'c'],
    },
    {
      comment: 'priority before weight',
      servers: [
        ['b', 1, 65_535],
        ['a', 0, 0],
      ],
      draws: [0.99, 0.99],
      asked: ['a', 'b'],
    },
    {
      comment: 'D16: of 0 and 100, any draw but the lowest',
      servers: [
        ['z', 0, 0],
        ['a', 0, 100],
      ],
      draws: [0.01],
      asked: ['a', 'z'],
    },
    {
      comment: 'the lowest draw falls on the one of no weight',
      servers: [
        ['a', 0, 100],
        ['z', 0, 0],
      ],
      draws: [0],
      asked: ['z', 'a'],
    },
    {
      comment: 'the first running sum that reaches the draw',
      servers: [
        ['a', 0, 1],
        ['b', 0, 2],
        ['c', 0, 1],
      ],
      draws: [0.5],
      asked: ['b', 'a', 'c'],
    },
    {
      comment: 'the sum itself can be drawn',
      servers: [
        ['a', 0, 1],
        ['b', 0, 2],
      ],
      draws: [0.999999],
      asked: ['b', 'a'],
    },
    {
      comment: 'of the rest anew',
      servers: [
        ['a', 0, 1],
        ['b', 0, 1],
        ['c', 0, 1],
      ],
      draws: [0.99, 0.99, 0],
      asked: ['c', 'b', 'a'],
    },
    {
      comment: 'no more than eight',
      servers: Array.from({ length: 20 }, (_, index) => [`h${index}`, index, 0] as const),
      draws: [],
      asked: Array.from({ length: 8 }, (_, index) => `h${index}`),
    },
  ]
  test.each(cases)('$comment', async ({ servers, draws, asked }) => {
    expect(await order(servers, draws)).toEqual(asked)
  })

  test('in proportion to the weights', async () => {
    let seed = 1
    const draw = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    let first = 0
    for (let times = 0; times < 400; times++) {
      const [host] = await order(
        [
          ['a', 0, 30],
          ['b', 0, 10],
        ],
        [draw()],
      )
      if (host === 'a') first += 1
    }
    // 31 of the 41 numbers fall on the first.
    expect(first).toBeGreaterThan(270)
    expect(first).toBeLessThan(335)
  })
})
