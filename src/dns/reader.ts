import { DnsError } from './errors.js'

/** Walks a message octet by octet, and never beyond its end. */
export class Reader {
  readonly bytes: Uint8Array
  readonly #end: number
  #position: number

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.#position = start
    this.#end = end
  }

  get position(): number {
    return this.#position
  }

  uint8(): number {
    return this.octets(1)[0]!
  }

  uint16(): number {
    const [high, low] = this.octets(2)
    return high! * 0x100 + low!
  }

  uint32(): number {
    return this.uint16() * 0x1_0000 + this.uint16()
  }

  octets(length: number): Uint8Array {
    const end = this.#position + length
    if (end > this.#end) throw new DnsError('ERR_DNS_MALFORMED', 'a message that ends too early')
    const octets = this.bytes.subarray(this.#position, end)
    this.#position = end
    return octets
  }

  /** Says that nothing is left. */
  end(): void {
    if (this.#position !== this.#end) throw new DnsError('ERR_DNS_MALFORMED', 'octets behind the end')
  }

  rest(): Uint8Array {
    return this.octets(this.#end - this.#position)
  }

  /** A reader of what stands before: from one position to another. */
  upTo(start: number, end: number): Reader {
    return new Reader(this.bytes, start, end)
  }

  /** A reader of the next octets alone, which may still look back for names. */
  part(length: number): Reader {
    const start = this.#position
    this.octets(length)
    return new Reader(this.bytes, start, start + length)
  }
}

/** The two, and four, octets of a number. */
export const uint16 = (value: number): readonly number[] => [(value >>> 8) & 0xff, value & 0xff]
export const uint32 = (value: number): readonly number[] => [...uint16(value >>> 16), ...uint16(value & 0xffff)]
