import { orAborted } from './or-aborted.js'

interface Flight<Result> {
  readonly result: Promise<Result>
  readonly controller: AbortController
  waiting: number
}

/** Makes one of several requests for the same thing. It ends when its answer comes, or when nobody waits any more. */
export class SharedFlights<Result> {
  readonly #flights = new Map<string, Flight<Result>>()

  /** Joins the request that is under way, or starts it. */
  async join(
    key: string,
    start: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const flight = this.#flights.get(key) ?? this.#begin(key, start)
    flight.waiting += 1
    try {
      return await orAborted(flight.result, signal)
    } finally {
      flight.waiting -= 1
      if (flight.waiting === 0) this.#end(key, flight)
    }
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const controller = new AbortController()
    const flight: Flight<Result> = { result: start(controller.signal), controller, waiting: 0 }
    this.#flights.set(key, flight)
    const end = () => this.#end(key, flight)
    // Who waits is told by the promise itself; who has gone wants to hear nothing.
    flight.result.then(end, end)
    return flight
  }

  #end(key: string, flight: Flight<Result>): void {
    flight.controller.abort()
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
