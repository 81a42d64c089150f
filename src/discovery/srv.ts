import type { DnsRecord } from '../dns/index.js'

export type SrvRecord = Extract<DnsRecord, { readonly type: 'SRV' }>

/**
 * Puts servers in the order in which they are to be tried: the lowest priority first, and among equals by chance, in
 * proportion to their weights.
 *
 * @param random - from 0, included, to 1, excluded.
 * @returns nothing when the only target is the root: the service is not offered (DISC-43).
 * @see RFC 2782; DISC-41, DISC-42
 */
export function inSrvOrder(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  if (records.length === 1 && records[0]!.target === '') return []
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((one, other) => one - other)
  return priorities.flatMap((priority) =>
    byWeight(
      records.filter((record) => record.priority === priority),
      random,
    ),
  )
}

function byWeight(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  // Those of no weight stand first, so that they are taken now and then.
  const left = [...records].sort((one, other) => Number(one.weight > 0) - Number(other.weight > 0))
  const ordered: SrvRecord[] = []
  while (left.length > 0) {
    const sum = left.reduce((total, { weight }) => total + weight, 0)
    const drawn = Math.floor(random() * (sum + 1))
    let running = 0
    const index = left.findIndex(({ weight }) => {
      running += weight
      return running >= drawn
    })
    ordered.push(...left.splice(index, 1))
  }
  return ordered
}
