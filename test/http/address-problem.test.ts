import { describe, expect, test } from 'vitest'
import { type AddressProblem, addressProblem } from '../../src/http/index.js'

interface Case {
  readonly comment: string
  /** The first and the last of the range. */
  readonly within: readonly string[]
  /** What lies right before and behind it, and may be fetched from unless another range says otherwise. */
  readonly beside?: readonly string[]
  readonly problem: AddressProblem
}

const cases: readonly Case[] = [
  { comment: 'this network', within: ['0.0.0.0', '0.255.255.255'], beside: ['1.0.0.0'], problem: 'unspecified' },
  {
    comment: 'private, 10/8',
    within: ['10.0.0.0', '10.255.255.255'],
    beside: ['9.255.255.255', '11.0.0.0'],
    problem: 'private',
  },
  {
    comment: 'shared by the customers of a provider',
    within: ['100.64.0.0', '100.127.255.255'],
    beside: ['100.63.255.255', '100.128.0.0'],
    problem: 'shared',
  },
  {
    comment: 'loopback',
    within: ['127.0.0.0', '127.0.0.1', '127.255.255.255'],
    beside: ['126.255.255.255', '128.0.0.0'],
    problem: 'loopback',
  },
  {
    comment: 'link-local, where clouds tell their secrets',
    within: ['169.254.0.0', '169.254.169.254', '169.254.255.255'],
    beside: ['169.253.255.255', '169.255.0.0'],
    problem: 'link-local',
  },
  {
    comment: 'private, 172.16/12',
    within: ['172.16.0.0', '172.31.255.255'],
    beside: ['172.15.255.255', '172.32.0.0'],
    problem: 'private',
  },
  {
    comment: 'protocol assignments',
    within: ['192.0.0.0', '192.0.0.255'],
    beside: ['191.255.255.255', '192.0.1.0'],
    problem: 'reserved',
  },
  {
    comment: 'documentation',
    within: ['192.0.2.0', '192.0.2.255', '198.51.100.7', '203.0.113.7'],
    beside: ['192.0.3.0', '198.51.101.0', '203.0.114.0'],
    problem: 'documentation',
  },
  {
    comment: 'private, 192.168/16',
    within: ['192.168.0.0', '192.168.255.255'],
    beside: ['192.167.255.255', '192.169.0.0'],
    problem: 'private',
  },
  {
    comment: 'benchmarks',
    within: ['198.18.0.0', '198.19.255.255'],
    beside: ['198.17.255.255', '198.20.0.0'],
    problem: 'reserved',
  },
  { comment: 'multicast', within: ['224.0.0.0', '239.255.255.255'], beside: ['223.255.255.255'], problem: 'multicast' },
  { comment: 'for later, and everybody', within: ['240.0.0.0', '255.255.255.255'], problem: 'reserved' },
  {
    comment: 'IPv6: unspecified',
    within: ['::', '0:0:0:0:0:0:0:0', '0000::0000'],
    beside: ['2000::'],
    problem: 'unspecified',
  },
  { comment: 'IPv6: loopback', within: ['::1', '0:0:0:0:0:0:0:1', '::0.0.0.1'], problem: 'loopback' },
  { comment: 'IPv4-compatible', within: ['::2', '::127.0.0.1', '::8.8.8.8'], problem: 'embedded' },
  {
    comment: 'IPv4-mapped, whatever it carries',
    within: ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '0:0:0:0:0:ffff:a00:1', '::FFFF:10.0.0.1'],
    problem: 'embedded',
  },
  { comment: 'IPv4-translated', within: ['::ffff:0:10.0.0.1'], problem: 'embedded' },
  { comment: 'NAT64', within: ['64:ff9b::a00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::10.0.0.1'], problem: 'embedded' },
  { comment: 'neighbours of NAT64 are nobody yet', within: ['64:ff9b:2::', '100::1', '4000::'], problem: 'reserved' },
  { comment: 'Teredo', within: ['2001::1', '2001:0:ffff:ffff::'], problem: 'embedded' },
  {
    comment: 'protocol assignments',
    within: ['2001:1::1', '2001:1ff:ffff::'],
    beside: ['2001:200::'],
    problem: 'reserved',
  },
  {
    comment: 'documentation',
    within: ['2001:db8::1', '2001:db8:ffff::', '3fff::1', '3fff:fff::'],
    beside: ['2001:db7::', '2001:db9::', '3fff:1000::'],
    problem: 'documentation',
  },
  { comment: '6to4', within: ['2002::', '2002:a00:1::'], beside: ['2003::'], problem: 'embedded' },
  { comment: 'unique-local', within: ['fc00::', 'fdff:ffff::1'], problem: 'unique-local' },
  {
    comment: 'link-local, with its zone and without',
    within: ['fe80::1', 'fe80::1%eth0', 'febf::'],
    problem: 'link-local',
  },
  { comment: 'site-local', within: ['fec0::', 'feff::'], problem: 'private' },
  { comment: 'IPv6: multicast', within: ['ff00::', 'ff02::1'], problem: 'multicast' },
  {
    comment: 'no address',
    within: [
      ...['', 'localhost', '127.1', '2130706433', '0x7f.0.0.1', '010.0.0.1', '1.2.3.4.5', '256.0.0.1', '1.2.3.'],
      ...[
        '[2000::1]',
        '2000:::1',
        '2000::1::2',
        '1:2:3:4:5:6:7',
        '1:2:3:4:5:6:7:8:9',
        '1:2:3:4:5:6:7::8',
        '2000::12345',
      ],
      ...['2000::1.2.3.4:5', '1.2.3.4::', '8.8.8.8%eth0', ' 8.8.8.8', '8.8.8.8\n'],
    ],
    beside: ['8.8.8.8', '2000::1', '2000:2:3:4:5:6:7:8', '2000:2:3:4:5:6::8', '2000::1.2.3.4'],
    problem: 'not-an-address',
  },
]

describe('addresses that nothing is fetched from', () => {
  test.each(cases)('$comment: $problem', ({ within, beside = [], problem }) => {
    expect(within.map((ip) => [ip, addressProblem(ip)])).toEqual(within.map((ip) => [ip, problem]))
    expect(beside.map((ip) => [ip, addressProblem(ip)])).toEqual(beside.map((ip) => [ip, undefined]))
  })
})
