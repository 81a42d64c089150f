import { DnsError } from './errors.js'
import { readName, writeName } from './name.js'
import { type Reader, uint16, uint32 } from './reader.js'

/** The types this room reads, with their numbers. @see RFC 1035 §3.2.2, RFC 2782, 3596, 4398, 6891 */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  AAAA: 28,
  SRV: 33,
  CERT: 37,
  OPT: 41,
} as const

export type RecordType = keyof typeof recordTypes

/** The class of the Internet, the only one that is read and written. */
export const internet = 1

/** @throws {@link DnsError} `ERR_DNS_MALFORMED` for another class. */
export function readClass(value: number): void {
  if (value !== internet) throw new DnsError('ERR_DNS_MALFORMED', 'a class other than the Internet')
}

interface Owned {
  /** The owner's name, as {@link readName} writes it. */
  readonly name: string
  /** In seconds. */
  readonly ttl: number
}

/** A certificate. @see RFC 4398 §2 */
interface CertData {
  /** 1 for an X.509 certificate, 4 for where one lies; more in RFC 4398 §2.1. */
  readonly certificateType: number
  readonly keyTag: number
  readonly algorithm: number
  readonly data: Uint8Array
}

/** A server of a service. @see RFC 2782 */
interface SrvData {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

/** The start of a zone: `minimum` says how long it is believed that something does not exist. @see RFC 2308 §4 */
interface SoaData {
  readonly mname: string
  readonly rname: string
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  readonly minimum: number
}

/** What a sender of messages says of itself. @see RFC 6891 §6.1 */
interface OptData {
  readonly udpPayloadSize: number
  /** The upper bits of the response code. */
  readonly extendedResponseCode: number
  readonly version: number
}

interface RecordData {
  readonly A: { readonly address: string }
  readonly AAAA: { readonly address: string }
  readonly NS: { readonly target: string }
  readonly CNAME: { readonly target: string }
  readonly SOA: SoaData
  readonly SRV: SrvData
  readonly CERT: CertData
}

/** A resource record; of a type that is not known, its octets. */
export type DnsRecord =
  | { readonly [Type in keyof RecordData]: Owned & { readonly type: Type } & RecordData[Type] }[keyof RecordData]
  | (Owned & { readonly type: 'OPT' } & OptData)
  | (Owned & { readonly type: number; readonly data: Uint8Array })

const names: ReadonlyMap<number, RecordType> = new Map(
  Object.entries(recordTypes).map(([name, number]) => [number, name as RecordType]),
)

export function typeOf(number: number): RecordType | number {
  return names.get(number) ?? number
}

const target = {
  read: (reader: Reader) => ({ target: readName(reader) }),
  write: ({ target }: { readonly target: string }) => writeName(target),
}

/** How the data of each type are read and written. */
const codecs: {
  readonly [Type in keyof RecordData]: {
    readonly read: (reader: Reader) => RecordData[Type]
    readonly write: (data: RecordData[Type]) => readonly number[]
  }
} = {
  A: {
    read: (reader) => ({ address: [...reader.octets(4)].join('.') }),
    write: ({ address }) => address.split('.').map(Number),
  },
  AAAA: {
    read: (reader) => ({ address: Array.from({ length: 8 }, () => reader.uint16().toString(16)).join(':') }),
    write: ({ address }) => address.split(':').flatMap((part) => uint16(Number.parseInt(part, 16))),
  },
  NS: target,
  CNAME: target,
  SOA: {
    read: (reader) => ({
      mname: readName(reader),
      rname: readName(reader),
      serial: reader.uint32(),
      refresh: reader.uint32(),
      retry: reader.uint32(),
      expire: reader.uint32(),
      minimum: reader.uint32(),
    }),
    write: ({ mname, rname, serial, refresh, retry, expire, minimum }) => [
      ...writeName(mname),
      ...writeName(rname),
      ...[serial, refresh, retry, expire, minimum].flatMap(uint32),
    ],
  },
  SRV: {
    read: (reader) => ({
      priority: reader.uint16(),
      weight: reader.uint16(),
      port: reader.uint16(),
      target: readName(reader),
    }),
    write: ({ priority, weight, port, target }) => [...[priority, weight, port].flatMap(uint16), ...writeName(target)],
  },
  CERT: {
    read: (reader) => ({
      certificateType: reader.uint16(),
      keyTag: reader.uint16(),
      algorithm: reader.uint8(),
      data: reader.rest(),
    }),
    write: ({ certificateType, keyTag, algorithm, data }) => [
      ...uint16(certificateType),
      ...uint16(keyTag),
      algorithm,
      ...data,
    ],
  },
}

/**
 * Reads a record. Data that are not what their type promises make the message malformed, as do octets left over behind
 * them.
 *
 * @see RFC 1035 §4.1.3
 */
export function readRecord(reader: Reader): DnsRecord {
  const name = readName(reader)
  const type = typeOf(reader.uint16())
  const rrClass = reader.uint16()
  const [high, low] = [reader.uint16(), reader.uint16()]
  const data = reader.part(reader.uint16())
  if (type === 'OPT') {
    return { name, ttl: 0, type, udpPayloadSize: rrClass, extendedResponseCode: high >>> 8, version: high & 0xff }
  }
  readClass(rrClass)
  // A time to live with its first bit set counts as none (RFC 2181 §8).
  const ttl = high < 0x8000 ? high * 0x1_0000 + low : 0
  if (typeof type === 'number') return { name, ttl, type, data: data.rest() }
  const read = codecs[type].read(data)
  data.end()
  return { name, ttl, type, ...read } as DnsRecord
}

export function writeRecord(record: DnsRecord): readonly number[] {
  const { name, ttl, type } = record
  if (type === 'OPT') {
    const { udpPayloadSize, extendedResponseCode, version } = record
    const head = [...writeName(name), ...uint16(recordTypes.OPT), ...uint16(udpPayloadSize)]
    return [...head, extendedResponseCode, version, 0, 0, ...uint16(0)]
  }
  const data = typeof type === 'number' ? [...record.data] : codecs[type].write(record as never)
  const number = typeof type === 'number' ? type : recordTypes[type]
  return [...writeName(name), ...uint16(number), ...uint16(internet), ...uint32(ttl), ...uint16(data.length), ...data]
}
