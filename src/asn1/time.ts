import { decodeLatin1 } from '../bytes/index.js'
import type { Element } from './element.js'
import { Asn1Error } from './errors.js'
import { tags } from './tags.js'

const forms = {
  utc: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?()(Z|[+-]\d{4})$/,
  generalized: /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{4})$/,
}

/**
 * Reads a UTCTime or a GeneralizedTime, also in the forms that BER allows and RFC 5280 does not: without seconds, with
 * an offset from Greenwich, with a fraction of a second. A local time without a zone is refused, since nobody knows what
 * it means, and so are fractions of minutes and hours.
 *
 * @returns milliseconds since 1970, UTC. A UTCTime of 50 to 99 is in the last century (RFC 5280 §4.1.2.5.1).
 * @throws {@link Asn1Error} `ERR_ASN1_VALUE` when it is no time, or no date of the calendar.
 */
export function readTime(element: Element): number {
  const utc = element.tag === tags.utcTime
  if (!utc && element.tag !== tags.generalizedTime) throw malformed(element)
  const match = (utc ? forms.utc : forms.generalized).exec(decodeLatin1(element.content))
  if (!match) throw malformed(element)
  const [, yearText, month, day, hour, minute, second, fraction, zone] = match as unknown as string[]
  const year = utc ? Number(yearText) + (Number(yearText) < 50 ? 2000 : 1900) : Number(yearText)
  const fields = [year, Number(month), Number(day), Number(hour), Number(minute ?? 0), Number(second ?? 0)] as const
  // Through text, not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  const pad = (value: number, width = 2) => String(value).padStart(width, '0')
  const [y, mo, d, h, mi, s] = fields
  const iso = `${pad(y, 4)}-${pad(mo)}-${pad(d)}T${pad(h)}:${pad(mi)}:${pad(s)}.000Z`
  const instant = new Date(iso)
  // The date of the 31st of June would roll over: printed again it must be the same.
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== iso) throw malformed(element)
  return instant.getTime() + Number((fraction ?? '').slice(0, 3).padEnd(3, '0')) - offsetMs(zone!, element)
}

function offsetMs(zone: string, element: Element): number {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3))
  if (hours > 23 || minutes > 59) throw malformed(element)
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/** What four digits of a year can say. */
const yearZero = -62_167_219_200_000
const yearTenThousand = 253_402_300_800_000

/**
 * Writes a time as certificates and CMS want it: whole seconds, `Z`, and no fraction.
 *
 * @returns the text and which of the two types it is: UTCTime from 1950 to 2049, GeneralizedTime otherwise.
 * @throws {@link Asn1Error} `ERR_ASN1_VALUE` for a time that is no number, or outside the years 0 to 9999.
 * @see RFC 5280 §4.1.2.5, RFC 8551 §2.5.1
 */
export function formatTime(ms: number): { readonly text: string; readonly type: 'utcTime' | 'generalizedTime' } {
  if (!(ms >= yearZero && ms < yearTenThousand))
    throw new Asn1Error('ERR_ASN1_VALUE', 'a time that cannot be written', 0)
  const text = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
  const year = new Date(ms).getUTCFullYear()
  if (year >= 1950 && year < 2050) return { text: text.slice(2), type: 'utcTime' }
  return { text, type: 'generalizedTime' }
}

function malformed(element: Element): Asn1Error {
  return new Asn1Error('ERR_ASN1_VALUE', 'not a time', element.offset)
}
