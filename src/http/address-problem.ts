/** Why nothing is fetched from an address that a stranger chose: it lies in a network of our own, or in none. */
export type AddressProblem =
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'unique-local'
  | 'multicast'
  | 'documentation'
  | 'reserved'
  | 'embedded'
  | 'not-an-address'

type Range = readonly [range: string, problem: AddressProblem | undefined]

/**
 * What is not everybody's; the first range that holds an address decides.
 *
 * @see IANA IPv4 Special-Purpose Address Registry (RFC 6890), RFC 5771 (multicast)
 */
const ipv4: readonly Range[] = [
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', 'reserved'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'reserved'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['0.0.0.0/0', undefined],
]

/**
 * The same for IPv6, of which only 2000::/3 is everybody's. Forms that carry an IPv4 address are refused whatever they
 * carry: who means that address may write it.
 *
 * @see IANA IPv6 Special-Purpose Address Registry (RFC 6890); RFC 4291, 4193, 6052, 8215
 */
const ipv6: readonly Range[] = [
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::/96', 'embedded'], // IPv4-compatible
  ['::ffff:0:0/96', 'embedded'], // IPv4-mapped
  ['::ffff:0:0:0/96', 'embedded'], // IPv4-translated
  ['64:ff9b::/96', 'embedded'], // NAT64
  ['64:ff9b:1::/48', 'embedded'], // NAT64 of a network of one's own
  ['2001::/32', 'embedded'], // Teredo
  ['2001::/23', 'reserved'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', 'embedded'], // 6to4
  ['3fff::/20', 'documentation'],
  ['fc00::/7', 'unique-local'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'private'], // site-local, as it once was
  ['ff00::/8', 'multicast'],
  ['2000::/3', undefined],
  ['::/0', 'reserved'],
]

/**
 * Says what keeps an IP address from being connected to when a stranger chose it: in the URL of a CRL, or in a name
 * server's answer. Who asks the network at such an address asks as one of us.
 *
 * @param ip - dotted decimal, or IPv6 in any of its forms, without brackets; a zone behind `%` is not looked at.
 * @returns nothing for an address in the Internet.
 *
 * @example
 * addressProblem('169.254.169.254') // 'link-local'
 * addressProblem('::ffff:10.0.0.1') // 'embedded'
 */
export function addressProblem(ip: string): AddressProblem | undefined {
  const octets = octetsOf(ip.replace(/(:.*)%.*$/s, '$1'))
  if (!octets) return 'not-an-address'
  return (octets.length === 4 ? ipv4 : ipv6).find(([range]) => isWithin(octets, range))?.[1]
}

function isWithin(octets: readonly number[], range: string): boolean {
  const [prefix = '', length] = range.split('/')
  return octetsOf(prefix)!.every((octet, index) => {
    const bits = Math.min(8, Math.max(0, Number(length) - 8 * index))
    return (octet ^ octets[index]!) >> (8 - bits) === 0
  })
}

function octetsOf(ip: string): readonly number[] | undefined {
  return ip.includes(':') ? ipv6Octets(ip) : ipv4Octets(ip)
}

/** Four numbers in decimal. Octal and shorter forms, which programs read differently, are none. */
function ipv4Octets(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  const isAddress = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  return isAddress ? parts.map(Number) : undefined
}

/** @see RFC 4291 §2.2 */
function ipv6Octets(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  const [head, tail] = halves.map((half, index) => groupsOctets(half, index === halves.length - 1))
  if (!head || halves.length > 2) return undefined
  if (halves.length === 1) return head.length === 16 ? head : undefined
  // Two colons stand for one group of zeros at least.
  if (!tail || head.length + tail.length > 14) return undefined
  return [...head, ...Array.from({ length: 16 - head.length - tail.length }, () => 0), ...tail]
}

/** Groups of four digits; the last of an address may be written as IPv4. */
function groupsOctets(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const octets = groups.map((group, index) => {
    if (/^[0-9a-f]{1,4}$/i.test(group)) return [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]
    return isEnd && index === groups.length - 1 ? ipv4Octets(group) : undefined
  })
  return octets.every((pair) => pair !== undefined) ? octets.flat() : undefined
}
