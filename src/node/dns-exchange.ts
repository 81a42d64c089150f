import { createSocket } from 'node:dgram'
import { connect, isIP } from 'node:net'
import { DnsError, type DnsReading, frame, Unframer } from '../dns/index.js'

/** Where a server listens. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

export type Read = (bytes: Uint8Array) => DnsReading

interface Wait {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`.
 *
 * @throws {@link DnsError} `ERR_DNS_NAME` for what is no address: a name would have to be looked up first.
 */
export function endpointOf(server: string): Endpoint {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(server) ?? []
  const address = bracketed ?? plain ?? ''
  if (!isIP(address)) throw new DnsError('ERR_DNS_NAME', 'a DNS server is given by its address')
  return { address, port: port === undefined ? 53 : Number(port) }
}

/** Asks over UDP. What is no answer to the question is waited past. */
export function askOverUdp(
  { address, port }: Endpoint,
  query: Uint8Array,
  read: Read,
  wait: Wait,
): Promise<DnsReading> {
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4')
  return settled(
    wait,
    () => socket.close(),
    (resolve, reject, isWaiting) => {
      socket.on('error', reject)
      socket.on('message', (message) => {
        const reading = read(Uint8Array.from(message))
        if (reading.kind !== 'ignored') resolve(reading)
      })
      // Connected, it hears from that server alone, and learns when nobody listens there.
      socket.connect(port, address, () => isWaiting() && socket.send(query))
    },
  )
}

/** Asks over TCP: the first message decides, for nobody else speaks on a connection. */
export function askOverTcp(
  { address, port }: Endpoint,
  query: Uint8Array,
  read: Read,
  wait: Wait,
): Promise<DnsReading> {
  const socket = connect({ host: address, port })
  const unframer = new Unframer()
  return settled(
    wait,
    () => socket.destroy(),
    (resolve, reject) => {
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the connection was closed')))
      socket.on('data', (piece) => {
        const [message] = unframer.push(piece)
        if (!message) return
        const reading = read(message)
        if (reading.kind === 'ignored') reject(new Error('no answer to the question'))
        else resolve(reading)
      })
      socket.on('connect', () => socket.write(frame(query)))
    },
  )
}

type Wire = (resolve: (reading: DnsReading) => void, reject: (cause: unknown) => void, isWaiting: () => boolean) => void

/** Waits for an answer, an error, the time or the caller's signal, whichever comes first, and closes behind it. */
function settled({ timeoutMs, signal }: Wait, close: () => void, wire: Wire): Promise<DnsReading> {
  return new Promise<DnsReading>((resolve, reject) => {
    let isWaiting = true
    const timer = setTimeout(() => end(() => reject(timeout())), timeoutMs)
    const abort = () => end(() => reject(signal?.reason))
    const end = (settle: () => void) => {
      isWaiting = false
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      settle()
    }
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort, { once: true })
    wire(
      (reading) => end(() => resolve(reading)),
      (cause) => end(() => reject(network(cause))),
      () => isWaiting,
    )
  }).finally(close)
}

function timeout(): DnsError {
  return new DnsError('ERR_DNS_TIMEOUT', 'the DNS server did not answer in time', { temporary: true })
}

function network(cause: unknown): DnsError {
  return new DnsError('ERR_DNS_NETWORK', 'the DNS server cannot be reached', { cause, temporary: true })
}
