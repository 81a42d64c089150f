import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressProblem } from '../../src/http/index.js'

const refused = new BlockList()
const ranges = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3',
  '2001::/23 2001:db8::/32 2002::/16 3fff::/20',
]
for (const range of ranges.join(' ').split(' ')) {
  const [start = '', length] = range.split('/')
  refused.addSubnet(start, Number(length), start.includes(':') ? 'ipv6' : 'ipv4')
}
const everybody = new BlockList()
everybody.addSubnet('2000::', 3, 'ipv6')

/** Texts that are addresses, nearly. */
const group = fc.oneof(fc.stringMatching(/^[0-9a-fA-F]{0,5}$/), fc.ipV4(), fc.constant(''))
const nearly = fc.oneof(
  fc.array(group, { maxLength: 9 }).map((groups) => groups.join(':')),
  fc.array(fc.stringMatching(/^[0-9]{0,4}$/), { maxLength: 5 }).map((numbers) => numbers.join('.')),
  fc.ipV6(),
  fc.ipV4Extended(),
)

describe('addresses, as Node knows them', () => {
  test('the same texts are addresses', () => {
    fc.assert(
      fc.property(nearly, (text) => {
        expect([text, addressProblem(text) === 'not-an-address']).toEqual([text, isIP(text) === 0])
      }),
      { numRuns: 1000 },
    )
  })

  test('of IPv4 the same are refused', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect([ip, addressProblem(ip) === undefined]).toEqual([ip, !refused.check(ip, 'ipv4')])
      }),
      { numRuns: 1000 },
    )
  })

  test('of IPv6 the same are refused, however they are written', () => {
    const near = fc
      .tuple(fc.constantFrom('2001:', '2001:db8:', '2002:', '3fff:', '2000:', '2a00:', '3ffe:'), fc.ipV6())
      .map(
        ([start, ip]) =>
          `${start}${
            ip
              .split(':')
              .at(-1)
              ?.replace(/^.*\..*$/, '1') || '1'
          }::1`,
      )
    fc.assert(
      fc.property(fc.oneof(near, fc.ipV6()), (ip) => {
        const isFree = everybody.check(ip, 'ipv6') && !refused.check(ip, 'ipv6')
        expect([ip, addressProblem(ip) === undefined]).toEqual([ip, isFree])
      }),
      { numRuns: 1000 },
    )
  })
})
