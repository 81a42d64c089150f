/** How long an answer may be given again without asking, and whether it may be kept at all. */
export interface Freshness {
  /** Milliseconds since 1970. */
  readonly freshUntil: number
  readonly mayKeep: boolean
}

/**
 * Reads what a server says about the life of its answer.
 *
 * What it does not say is not guessed from the answer's age: `keepMs` is taken.
 *
 * @param times - when the question was sent and the answer came, in milliseconds since 1970; how long an answer is kept
 *   of which nothing is said, and how long at most, in milliseconds.
 * @see RFC 9111 §4.2, §5.2.2
 */
export function freshnessOf(
  headers: { get(name: string): string | null },
  times: { readonly asked: number; readonly came: number; readonly keepMs: number; readonly maxKeepMs: number },
): Freshness {
  const { asked, came, keepMs, maxKeepMs } = times
  const directives = directivesOf(headers.get('cache-control') ?? '')
  const date = httpDate(headers.get('date'))
  const age = Math.max(date === undefined ? 0 : came - date, seconds(headers.get('age')) + came - asked)
  const left = lifetimeOf(headers, directives, date ?? came, keepMs) - age
  const mayKeep = !directives.has('no-store') && headers.get('vary') !== '*'
  return { freshUntil: came + (mayKeep ? Math.min(Math.max(left, 0), maxKeepMs) : 0), mayKeep }
}

function lifetimeOf(
  headers: { get(name: string): string | null },
  directives: ReadonlyMap<string, string>,
  date: number,
  keepMs: number,
): number {
  if (directives.has('no-cache')) return 0
  const maxAge = directives.get('max-age')
  if (maxAge !== undefined) return seconds(maxAge)
  const expires = headers.get('expires')
  // An Expires that is no date, such as "0", is past (RFC 9111 §5.3).
  return expires === null ? keepMs : (httpDate(expires) ?? date) - date
}

function directivesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((directive) => {
      const [name = '', value = ''] = directive.split('=', 2)
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')]
    }),
  )
}

/** Delta-seconds in milliseconds; what is no number is none at all. */
function seconds(text: string | null): number {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) * 1000 : 0
}

/** @see RFC 9110 §5.6.7 */
function httpDate(text: string | null): number | undefined {
  const milliseconds = text?.endsWith('GMT') ? Date.parse(text) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}
