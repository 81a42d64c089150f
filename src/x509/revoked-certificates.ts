import { type Element, fieldsOf, parseAsn1, readInteger, readSmallInteger, readTime, tags } from '../asn1/index.js'
import { DerWalker, octetOf, onlyElement } from './der-walker.js'
import { reading, X509Error } from './errors.js'
import { parseExtensions } from './extensions.js'
import { type GeneralName, parseGeneralName } from './general-name.js'
import { type Name, nameKey } from './name.js'
import { type CrlReason, crlReasons, entryExtensionOids } from './revocation-reasons.js'
import { SerialNumberIndex } from './serial-number-index.js'

/** One entry of a list. @see RFC 5280 §5.3 */
export interface RevokedCertificate {
  readonly serialNumber: bigint
  /** Milliseconds since 1970, UTC. */
  readonly revocationDate: number
  /** Absent when the list gives none. */
  readonly reason?: CrlReason
  /** Since when the key may have been in other hands, or the certificate was wrong otherwise. */
  readonly invalidityDate?: number
  /** Whose certificate it is, when the entry or one before it says so: in indirect lists alone. */
  readonly certificateIssuer?: readonly GeneralName[]
}

/** The revokedCertificates of a list, which are looked up and never made objects of as a whole. */
export interface RevokedCertificates {
  /** How many there are. */
  readonly size: number
  /** Whether an entry has a critical extension that is not understood: such a list decides nothing (RFC 5280 §5.3). */
  readonly criticalUnknown: boolean
  /** @throws X509Error `ERR_X509_MALFORMED` when the entry is malformed inside, or one of more than 256 of its number. */
  find(serialNumber: bigint, certificateIssuer: Name): RevokedCertificate | undefined
  /** One after the other. @throws as `find` does. */
  entries(): Iterable<RevokedCertificate>
}

/** Where the entries lie, and what was seen of them on the way. */
interface Scanned {
  readonly size: number
  readonly criticalUnknown: boolean
  /** Offsets of the entries that name an issuer; it stays the same until the next (RFC 5280 §5.3.3). */
  readonly issuers: Uint32Array
}

/** Entries with one serial number; in an indirect list each is of another issuer. */
const maxNamesakes = 256

export const noneRevoked: RevokedCertificates = {
  size: 0,
  criticalUnknown: false,
  find: () => undefined,
  entries: () => [],
}

/**
 * Walks over the entries once, to know that they have the shape they should. An index of serial numbers, of eight octets
 * or less for each entry, is made when the first one is looked up.
 *
 * @param start - where the contents of `SEQUENCE OF SEQUENCE` begin in the source.
 * @param crlIssuer - whose certificates are meant until an entry names somebody else.
 * @throws X509Error `ERR_X509_MALFORMED`
 */
export function revokedCertificates(
  source: Uint8Array,
  start: number,
  end: number,
  crlIssuer: Name,
): RevokedCertificates {
  const { size, criticalUnknown, issuers } = scan(source, start, end)
  let index: SerialNumberIndex | undefined

  // Thousands of entries may stand behind one that names an issuer, at length.
  let last: { readonly offset: number; readonly names: readonly GeneralName[] } | undefined
  const issuerAt = (offset: number): readonly GeneralName[] | undefined => {
    const found = lastNotAbove(issuers, offset)
    if (found === undefined) return undefined
    if (last?.offset !== found) last = { offset: found, names: issuerNamed(entryAt(source, found, end)) }
    return last.names
  }
  const read = (offset: number): RevokedCertificate =>
    reading('entry of a list', () => revokedCertificate(entryAt(source, offset, end), issuerAt(offset)))

  return {
    size,
    criticalUnknown,
    find(serialNumber, certificateIssuer) {
      index ??= new SerialNumberIndex(source, start, end, size)
      const wanted = nameKey(certificateIssuer)
      const meant = ({ certificateIssuer: named }: RevokedCertificate) =>
        named ? named.some((name) => isNamed(name, wanted)) : nameKey(crlIssuer) === wanted
      const offsets = index.offsetsOf(serialNumber)
      if (offsets.length > maxNamesakes) {
        throw new X509Error('ERR_X509_MALFORMED', `more than ${maxNamesakes} entries with one serial number`)
      }
      let found: RevokedCertificate | undefined
      for (const offset of offsets) {
        const entry = read(offset)
        if (!meant(entry)) continue
        // Who is on the list twice is not taken off it by the one entry while the other stands.
        if (entry.reason !== 'removeFromCRL') return entry
        found ??= entry
      }
      return found
    },
    *entries() {
      const walker = new DerWalker(source)
      for (let at = start; at < end; at = walker.at(at, end).end) yield read(at)
    },
  }
}

function isNamed(name: GeneralName, key: string): boolean {
  return name.type === 'directoryName' && nameKey(name.name) === key
}

function scan(source: Uint8Array, start: number, end: number): Scanned {
  const walker = new DerWalker(source)
  const issuers: number[] = []
  let size = 0
  let criticalUnknown = false
  for (let at = start; at < end; size++) {
    const entry = walker.expect(at, end, octetOf.sequence)
    const entryEnd = entry.end
    const serialEnd = walker.expect(entry.contentStart, entryEnd, octetOf.integer).end
    const dateEnd = walker.expect(serialEnd, entryEnd, octetOf.utcTime, octetOf.generalizedTime).end
    if (dateEnd < entryEnd) {
      const extensions = walker.expect(dateEnd, entryEnd, octetOf.sequence)
      if (extensions.end !== entryEnd) walker.expect(extensions.end, extensions.end, octetOf.sequence)
      for (let inside = extensions.contentStart; inside < entryEnd; ) {
        const seen = extensionAt(walker, inside, entryEnd)
        criticalUnknown ||= seen.critical && !seen.known
        if (seen.issuer && issuers.at(-1) !== at) issuers.push(at)
        inside = seen.end
      }
    }
    at = entryEnd
  }
  return { size, criticalUnknown, issuers: Uint32Array.from(issuers) }
}

/** The last arc of 2.5.29.x, where all extensions of entries are. */
const arcs: ReadonlySet<number> = new Set(Object.values(entryExtensionOids).map((oid) => Number(oid.split('.').at(-1))))
const issuerArc = Number(entryExtensionOids.certificateIssuer.split('.').at(-1))

function extensionAt(walker: DerWalker, offset: number, limit: number) {
  const { source } = walker
  const { contentStart, end } = walker.expect(offset, limit, octetOf.sequence)
  const oid = walker.expect(contentStart, end, octetOf.oid)
  const arc =
    oid.end - oid.contentStart === 3 && source[oid.contentStart] === 0x55 && source[oid.contentStart + 1] === 29
      ? source[oid.end - 1]!
      : -1
  const next = walker.expect(oid.end, end, octetOf.boolean, octetOf.octetString)
  const critical = next.octet === octetOf.boolean && source[next.contentStart] !== 0
  return { end, critical, known: arcs.has(arc), issuer: arc === issuerArc }
}

function lastNotAbove(sorted: Uint32Array, value: number): number | undefined {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return sorted[low - 1]
}

function entryAt(source: Uint8Array, offset: number, limit: number): Element {
  const { end } = new DerWalker(source).at(offset, limit)
  return parseAsn1(source.subarray(offset, end), { rules: 'der', limits: { maxElements: 10_000 } })
}

function revokedCertificate(entry: Element, certificateIssuer: readonly GeneralName[] | undefined): RevokedCertificate {
  const fields = fieldsOf(entry)
  const serialNumber = readInteger(fields.next(tags.integer))
  const revocationDate = readTime(fields.next())
  const reason = extensionOf(entry, 'cRLReasons', octetOf.enumerated)
  const invalidityDate = extensionOf(entry, 'invalidityDate', octetOf.generalizedTime)
  return {
    serialNumber,
    revocationDate,
    ...(reason && { reason: crlReasons[readSmallInteger(reason)] ?? 'unspecified' }),
    ...(invalidityDate && { invalidityDate: readTime(invalidityDate) }),
    ...(certificateIssuer && { certificateIssuer }),
  }
}

function issuerNamed(entry: Element): readonly GeneralName[] {
  const names = extensionOf(entry, 'certificateIssuer', octetOf.sequence)
  return names?.children.flatMap((name) => parseGeneralName(name) ?? []) ?? []
}

function extensionOf(entry: Element, name: keyof typeof entryExtensionOids, octet: number): Element | undefined {
  const [, , list] = entry.children
  const found = list && parseExtensions(list).find(({ oid }) => oid === entryExtensionOids[name])
  return found && onlyElement(found.value, octet)
}
