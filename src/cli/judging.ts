import { type Policy, policies } from '../agent/index.js'
import { type Given, type Options, type Terminal, UsageError } from './command.js'

export const policyOption: Options = {
  policy: { type: 'string', value: 'NAME', help: `go by ${Object.keys(policies).join(', ')}; direct by default` },
}

export function policyOf(given: Given): Policy {
  const name = given.text('policy') ?? 'direct'
  const known: Readonly<Record<string, Policy>> = policies
  if (Object.hasOwn(known, name)) return known[name]!
  throw new UsageError(`there is no policy ${JSON.stringify(name)}`)
}

export const atOption: Options = {
  at: { type: 'string', value: 'TIME', help: 'judge as of this time, such as 2026-11-25 or 2026-11-25T10:00:00Z' },
}

/** A day, which begins in Greenwich, or an instant with its zone. */
const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/

/** The instant that was asked for, in milliseconds since 1970; nothing when none was. */
export function instantOf(given: Given): number | undefined {
  const text = given.text('at')
  if (text === undefined) return undefined
  const at = time.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new UsageError('a time is a day, or a time of day with its zone: 2026-11-25T10:00:00Z')
  return at
}

/** Hosts take the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const start = new Date(day)
  return !Number.isNaN(start.getTime()) && start.toISOString().startsWith(day)
}

/** The same, or now. */
export function instantOrNow(given: Given, { clock }: Terminal): number {
  return instantOf(given) ?? clock()
}
