import { Session } from 'node:inspector/promises'

interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly {
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[]
  }[]
}

/** Characters of scripts, by the address of the script and where they stand. */
type Places = readonly { readonly url: string; readonly at: number }[]

/** Which code of this process runs. */
export interface Coverage {
  /** All that was reached so far: for each script one octet for each character, 1 when it was. */
  readonly reached: ReadonlyMap<string, Uint8Array>
  /** Adds what ran since the last call. @returns where code begins that ran for the first time. */
  update(): Promise<Places>
  /** Runs something and says which of some places it reached. */
  reaches(places: Places, run: () => Promise<void>): Promise<Places>
}

/** Watches some scripts, which need not be loaded yet. @param urls - such as `file:///tmp/bundle/targets.js`; none for no watching */
export async function watchCoverage(urls: readonly string[]): Promise<Coverage> {
  const reached = new Map<string, Uint8Array>()
  if (urls.length === 0) return { reached, update: async () => [], reaches: async () => [] }
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const take = async () => {
    const { result } = (await session.post('Profiler.takePreciseCoverage')) as { result: readonly ScriptCoverage[] }
    return result.filter(({ url }) => urls.includes(url)).map((script) => [script.url, painted(script)] as const)
  }
  return {
    reached,
    async update() {
      return (await take()).flatMap(([url, now]) => {
        const known = longerOf(reached.get(url), now.length)
        reached.set(url, known)
        return newPlaces(known, now).map((at) => ({ url, at }))
      })
    },
    async reaches(places, run) {
      await take()
      await run()
      const now = new Map(await take())
      return places.filter(({ url, at }) => now.get(url)?.[at] === 1)
    },
  }
}

/** One octet for each character. Outer functions and blocks come before inner ones, which say it anew for their part. */
function painted({ functions }: ScriptCoverage): Uint8Array {
  const ranges = functions.flatMap((each) => each.ranges)
  const now = new Uint8Array(ranges.reduce((longest, { endOffset }) => Math.max(longest, endOffset), 0))
  for (const { startOffset, endOffset, count } of ranges) now.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  return now
}

function longerOf(known: Uint8Array | undefined, length: number): Uint8Array {
  if (known && known.length >= length) return known
  const longer = new Uint8Array(length)
  if (known) longer.set(known)
  return longer
}

/** Adds to what is known, and returns where each run of new characters begins. */
function newPlaces(known: Uint8Array, now: Uint8Array): readonly number[] {
  const places: number[] = []
  for (let at = 0; at < now.length; at++) {
    if (now[at] === 0 || known[at] === 1) continue
    places.push(at)
    for (; at < now.length && now[at] === 1 && known[at] === 0; at++) known[at] = 1
  }
  return places
}
