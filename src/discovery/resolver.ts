import { buildQuery, type DnsAnswer, DnsError, type DnsReading, type Question, readAnswer } from '../dns/index.js'

/** Looks names up. A resolver of the host, or of a test, is another object of this shape. */
export interface Resolver {
  /**
   * @returns an answer, which may be that there is no such name or no record of that type.
   * @throws {@link DnsError} when nobody could, or would, tell; it is temporary (DISC-7).
   */
  resolve(question: Question, options?: { readonly signal?: AbortSignal }): Promise<DnsAnswer>
}

/** Carries one question to a server, and its answer back. It knows nothing of what is in them. */
export interface DnsTransport {
  /**
   * @param read - what a message says to the question. One that is `ignored` is passed over, and the next is waited on;
   *   after one that is `truncated` the question goes over TCP, and after one that `failed` to the next server.
   * @throws {@link DnsError} when no server gives an answer.
   */
  exchange(query: Uint8Array, read: (bytes: Uint8Array) => DnsReading, options: ExchangeOptions): Promise<DnsReading>
}

export interface ExchangeOptions {
  readonly signal?: AbortSignal
}

/** Aliases that are followed, one question after the other (DISC-27). */
const maxAliases = 8

/**
 * A resolver over a transport.
 *
 * @param randomId - a number from 0 to 65535 that nobody can guess.
 */
export function resolverOver(transport: DnsTransport, randomId: () => number): Resolver {
  return {
    async resolve({ name, type }, options = {}) {
      let owner = name
      let ttl = Infinity
      for (let hops = 0; hops <= maxAliases; hops++) {
        const asked = { id: randomId(), question: { name: owner, type } }
        const reading = await transport.exchange(buildQuery(asked), (bytes) => readAnswer(asked, bytes), options)
        if (reading.kind !== 'alias') {
          const answer = answerOf(reading)
          return { ...answer, ttl: Math.min(answer.ttl, ttl) }
        }
        owner = reading.target
        ttl = Math.min(ttl, reading.ttl)
      }
      throw new DnsError('ERR_DNS_ALIAS', 'aliases that lead too far', { temporary: true })
    },
  }
}

function answerOf(reading: Exclude<DnsReading, { readonly kind: 'alias' }>): DnsAnswer {
  if ('records' in reading) return reading
  throw new DnsError('ERR_DNS_SERVER', 'the servers do not tell', { temporary: true })
}
