import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { createRetriever, type Retriever } from '../../src/http/index.js'
import { type GuardedFetchOptions, guardedFetch } from '../../src/node/index.js'

/** A server of this test, which ends with it. */
export interface LoopbackServer {
  readonly port: number
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** The requests that came. */
  readonly requests: readonly IncomingMessage[]
  /** Connections that are open at this moment. */
  connections(): number
}

/** Starts a server on an address of this host. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
  address = '127.0.0.1',
): Promise<LoopbackServer> {
  const requests: IncomingMessage[] = []
  const open = new Set<Socket>()
  const server = createServer(async (request, response) => {
    requests.push(request)
    const body = Buffer.concat(await request.toArray())
    answer(request, response, body)
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `http://${address}:${port}`, requests, connections: () => open.size }
}

/** A retriever that may fetch from this host, or from whatever is given. */
export function retrieverOf(options: GuardedFetchOptions = {}): Retriever {
  const allow: GuardedFetchOptions['allow'] = ({ problem }) => problem === 'loopback'
  return createRetriever({ fetch: guardedFetch({ allow, ...options }), clock: Date.now })
}
