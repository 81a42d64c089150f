import { type Bytes, concat } from '../bytes/index.js'
import { uint16 } from './reader.js'

/** Puts the length before a message, as it travels over TCP. @see RFC 1035 §4.2.2 */
export function frame(message: Uint8Array): Bytes {
  return concat([Uint8Array.from(uint16(message.length)), message])
}

/** Takes messages out of a stream of octets, in whatever pieces they come. */
export class Unframer {
  #pending: Uint8Array = new Uint8Array(0)

  /** @returns the messages that are whole now. */
  push(piece: Uint8Array): readonly Uint8Array[] {
    this.#pending = concat([this.#pending, piece])
    const messages: Uint8Array[] = []
    for (;;) {
      const [high, low] = this.#pending
      if (high === undefined || low === undefined) return messages
      const end = 2 + high * 0x100 + low
      if (this.#pending.length < end) return messages
      messages.push(this.#pending.subarray(2, end))
      this.#pending = this.#pending.subarray(end)
    }
  }
}
