import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseAsn1 } from '../../src/asn1/index.js'
import { decodeBase64, encodeBase64 } from '../../src/bytes/index.js'
import { type PublicKeyInfo, parsePublicKeyInfo } from '../../src/crypto/index.js'

/** The key that `key-process.js` holds. */
export interface KeyProcess {
  readonly publicKey: PublicKeyInfo
  /** @throws with the name of the error that the process answers, or `gone` when it is no more. */
  ask(operation: string, input?: Uint8Array): Promise<Uint8Array>
  /** Stops it, so that it answers nothing until it is killed. */
  freeze(): void
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>
}

interface Answer {
  readonly id: number
  readonly output?: string
  readonly error?: string
}

/** An error of the service, in its own words. */
export class ServiceError extends Error {}

export async function startKeyProcess(): Promise<KeyProcess> {
  const script = new URL('key-process.js', import.meta.url).pathname
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  const publicKey = parsePublicKeyInfo(parseAsn1(decodeBase64(JSON.parse(first.value).publicKey)))

  const waiting = new Map<number, (answer: Answer) => void>()
  let count = 0
  let gone = false
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const listen = async () => {
    for await (const line of lines) {
      const answer: Answer = JSON.parse(line)
      waiting.get(answer.id)?.(answer)
      waiting.delete(answer.id)
    }
    gone = true
    for (const [id, settle] of waiting) settle({ id, error: 'gone' })
  }
  const listening = listen()
  // What is written to a process that has just gone fails here, and the request below learns it from its end.
  child.stdin.on('error', () => {
    gone = true
  })
  return {
    publicKey,
    async ask(operation, input = new Uint8Array()) {
      const id = ++count
      const answer = await new Promise<Answer>((resolve) => {
        if (gone) return resolve({ id, error: 'gone' })
        waiting.set(id, resolve)
        child.stdin.write(`${JSON.stringify({ id, operation, input: encodeBase64(input) })}\n`)
      })
      if (answer.output === undefined) throw new ServiceError(answer.error)
      return decodeBase64(answer.output)
    },
    freeze: () => void child.kill('SIGSTOP'),
    async kill() {
      child.kill('SIGKILL')
      await ended
      await listening
    },
  }
}
