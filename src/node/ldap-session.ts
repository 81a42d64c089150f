import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { DiscoveryError, type LdapEntry } from '../discovery/index.js'
import { type LdapResponse, LdapUnframer, readResponse, unbindRequest } from './ldap-messages.js'

/** Messages of one connection: many small ones cost more than few large ones. */
const maxMessages = 2048

/** Where to connect, and by what name the server proves itself. */
export interface LdapEndpoint {
  readonly address: string
  readonly port: number
  readonly host: string
  readonly ca?: string
}

export interface SessionLimits {
  readonly connectTimeoutMs: number
  /** For each answer, however many messages it has. */
  readonly timeoutMs: number
  /** Of all that the server sends. */
  readonly maxBytes: number
  /** Of one answer. */
  readonly maxEntries: number
  readonly signal?: AbortSignal
}

/** All that a server said to one request. */
export interface LdapAnswer {
  readonly resultCode: number
  readonly entries: readonly LdapEntry[]
}

interface Waiting {
  readonly id: number
  readonly entries: LdapEntry[]
  readonly resolve: (answer: LdapAnswer) => void
  readonly reject: (cause: unknown) => void
}

/** Opens a connection; TLS from the start on the port for it. @throws what the socket, the time or the signal says. */
export function openSocket(endpoint: LdapEndpoint, encrypted: boolean, limits: SessionLimits): Promise<Socket> {
  const { address: host, port } = endpoint
  const socket = encrypted ? connectTls({ host, port, ...proof(endpoint) }) : connect({ host, port })
  return opened(socket, encrypted ? 'secureConnect' : 'connect', limits)
}

/** Encrypts a connection that is open. */
export function encryptSocket(socket: Socket, endpoint: LdapEndpoint, limits: SessionLimits): Promise<Socket> {
  return opened(connectTls({ socket, ...proof(endpoint) }), 'secureConnect', limits)
}

function proof({ host, ca }: LdapEndpoint): { readonly servername: string; readonly ca?: string } {
  return { servername: host, ...(ca !== undefined && { ca }) }
}

function opened(socket: Socket, event: string, { connectTimeoutMs, signal }: SessionLimits): Promise<Socket> {
  return new Promise<Socket>((resolve, reject) => {
    const abort = () => end(() => reject(signal?.reason))
    const timer = setTimeout(
      () => end(() => reject(failure('the directory cannot be reached in time'))),
      connectTimeoutMs,
    )
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      settle()
    }
    // It stays: an error after the end has nobody left to tell, and must not end the process.
    socket.on('error', (cause) => end(() => reject(failure('the directory cannot be reached', cause))))
    socket.once(event, () => end(() => resolve(socket)))
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  }).catch((error) => {
    socket.destroy()
    throw error
  })
}

/** Requests and answers on one connection, one after the other. */
export class LdapSession {
  readonly #socket: Socket
  readonly #limits: SessionLimits
  readonly #unframer: LdapUnframer
  readonly #listeners: { readonly data: (piece: Uint8Array) => void; readonly close: () => void }
  #id = 0
  #messages = 0
  #waiting: Waiting | undefined

  constructor(socket: Socket, limits: SessionLimits) {
    this.#socket = socket
    this.#limits = limits
    this.#unframer = new LdapUnframer(limits.maxBytes)
    this.#listeners = {
      data: (piece) => this.#take(piece),
      close: () => this.#fail(failure('the directory has closed the connection')),
    }
    socket.on('data', this.#listeners.data).on('close', this.#listeners.close)
  }

  /** Asks, and waits until the answer is whole. @param request - makes the message of this number. */
  async ask(request: (id: number) => Uint8Array): Promise<LdapAnswer> {
    const { signal, timeoutMs } = this.#limits
    signal?.throwIfAborted()
    if (this.#socket.destroyed) throw failure('the directory has closed the connection')
    const id = ++this.#id
    const abort = () => this.#fail(signal?.reason)
    const timer = setTimeout(() => this.#fail(failure('the directory does not answer in time')), timeoutMs)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await new Promise<LdapAnswer>((resolve, reject) => {
        this.#waiting = { id, entries: [], resolve, reject }
        this.#socket.write(request(id))
      })
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      this.#waiting = undefined
    }
  }

  /** Hands the connection back, to be encrypted. @throws {@link DiscoveryError} when the server has said more already. */
  release(): Socket {
    if (this.#unframer.isInside) throw failure('the directory goes on in the clear')
    this.#socket.off('data', this.#listeners.data).off('close', this.#listeners.close)
    return this.#socket
  }

  close(): void {
    if (!this.#socket.destroyed) this.#socket.end(unbindRequest(++this.#id))
    this.#socket.destroySoon()
  }

  #take(piece: Uint8Array): void {
    try {
      for (const message of this.#unframer.push(piece)) {
        if (++this.#messages > maxMessages) throw failure('the directory sends more than is taken')
        this.#hear(readResponse(message))
      }
    } catch (cause) {
      this.#fail(cause instanceof DiscoveryError ? cause : failure('the directory cannot be understood', cause))
    }
  }

  #hear(response: LdapResponse): void {
    const waiting = this.#waiting
    if (!waiting || response.id !== waiting.id || response.kind === 'other') return
    const { entries, resolve } = waiting
    if (response.kind === 'result') resolve({ resultCode: response.resultCode, entries })
    // What goes beyond the limit that the server was given is left.
    else if (entries.length < this.#limits.maxEntries) entries.push(response.entry)
  }

  #fail(cause: unknown): void {
    this.#waiting?.reject(cause)
    this.#socket.destroy()
  }
}

function failure(what: string, cause?: unknown): DiscoveryError {
  return new DiscoveryError('ERR_DISCOVERY_LDAP', what, { cause, temporary: true })
}
