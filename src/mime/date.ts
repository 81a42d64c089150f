import { withoutComments } from './content-fields.js'
import { MimeError } from './errors.js'

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * Writes a date in UTC: `Mon, 23 Nov 2026 10:00:00 +0000`.
 *
 * @param ms - since 1970.
 * @throws {@link MimeError} `ERR_MIME_FIELD_INVALID` for what is no date from 1900 to 9999.
 * @see RFC 5322 §3.3
 */
export function formatDate(ms: number): string {
  const date = new Date(ms)
  const year = date.getUTCFullYear()
  if (!(year >= 1900 && year <= 9999)) throw new MimeError('ERR_MIME_FIELD_INVALID', 'Date has no year of four digits')
  const day = `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]} ${year}`
  return `${day} ${date.toISOString().slice(11, 19)} +0000`
}

const form =
  /^\s*(?:[a-z]+\s*,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*[\s-]+(\d{2,4})\s+(\d{1,2})\s*:\s*(\d{2})(?:\s*:\s*(\d{2}))?\s*([+-]\d{4}|[a-z]{1,5})?\s*$/i

/** The zones that have names, in hours. Any other name means that the zone is not known. @see RFC 5322 §4.3 */
const zones: Readonly<Record<string, number>> = {
  UT: 0,
  GMT: 0,
  Z: 0,
  UTC: 0,
  EDT: -4,
  EST: -5,
  CDT: -5,
  CST: -6,
  MDT: -6,
  MST: -7,
  PDT: -7,
  PST: -8,
}

/**
 * Reads a date, in the obsolete forms too: a year of two or three digits, a zone by name, no seconds, comments.
 *
 * @returns milliseconds since 1970, or nothing when it is no date of the calendar.
 * @see RFC 5322 §3.3, §4.3
 */
export function parseDate(text: string): number | undefined {
  const [, day, monthName, yearText, hour, minute, second = '0', zone = 'UT'] =
    form.exec(withoutComments(text.slice(0, 200))) ?? []
  const month = months.findIndex((name) => name.toLowerCase() === monthName?.toLowerCase())
  if (!day || !yearText || !hour || !minute || month < 0) return undefined
  const year =
    Number(yearText) + (yearText.length === 4 ? 0 : yearText.length === 2 && Number(yearText) < 50 ? 2000 : 1900)
  const fields = [year, month, Number(day), Number(hour), Number(minute), Number(second)] as const
  const local = new Date(Date.UTC(...fields))
  // A leap second is the second after (RFC 5322 §3.3); anything else that rolls over is no date.
  const whole =
    fields[5] <= 60 &&
    fields[4] < 60 &&
    fields[3] < 24 &&
    new Date(Date.UTC(year, month, fields[2])).getUTCDate() === fields[2]
  return whole ? local.getTime() - zoneMs(zone) : undefined
}

function zoneMs(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? []
  if (!sign) return (zones[zone.toUpperCase()] ?? 0) * 3_600_000
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
