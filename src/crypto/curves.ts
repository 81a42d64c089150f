import { type Element, elementsOf, fieldsOf, type Oid, readInteger, readOctets, readOid, tags } from '../asn1/index.js'
import { type Bytes, concat, encodeHex } from '../bytes/index.js'
import { i2osp, os2ip, power } from './integers.js'

/** A curve by the name that WebCrypto gives it. */
export type CurveName = 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | 'X25519'

/** A prime curve y² = x³ − 3x + b over the integers modulo p, with n points. All of these have cofactor 1. */
export interface PrimeCurve {
  readonly name: 'P-256' | 'P-384' | 'P-521'
  /** namedCurve, the form in which parameters are written. */
  readonly oid: Oid
  /** Octets of a coordinate. */
  readonly octets: number
  readonly p: bigint
  readonly b: bigint
  readonly n: bigint
  /** The base point, uncompressed: it stands in where a point is none. */
  readonly generator: string
}

/** @see RFC 5480 §2.1.1.1 (names), SEC 2 (numbers) */
export const primeCurves: Readonly<Record<PrimeCurve['name'], PrimeCurve>> = {
  'P-256': {
    name: 'P-256',
    oid: '1.2.840.10045.3.1.7',
    octets: 32,
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    generator:
      '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  },
  'P-384': {
    name: 'P-384',
    oid: '1.3.132.0.34',
    octets: 48,
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    generator:
      '04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7' +
      '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
  },
  'P-521': {
    name: 'P-521',
    oid: '1.3.132.0.35',
    octets: 66,
    p: (1n << 521n) - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    generator:
      '0400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66' +
      '011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650',
  },
}

/** The prime curve of this object identifier. */
export function primeCurveOf(oid: Oid): PrimeCurve | undefined {
  return Object.values(primeCurves).find((curve) => curve.oid === oid)
}

/**
 * Reads a point, written whole or as x and the parity of y, and gives it whole.
 *
 * @returns nothing when the octets are no point of the curve, or the point at infinity: with such a key a private key
 *   would tell about itself.
 * @see RFC 5480 §2.2, SEC 1 §2.3.4
 */
export function readPoint(curve: PrimeCurve, octets: Uint8Array): Bytes | undefined {
  const [form] = octets
  const whole = form === 4 && octets.length === 1 + 2 * curve.octets
  const compressed = (form === 2 || form === 3) && octets.length === 1 + curve.octets
  if (!whole && !compressed) return undefined
  const x = os2ip(octets.subarray(1, 1 + curve.octets))
  const square = (x * x * x - 3n * x + curve.b) % curve.p
  if (x >= curve.p) return undefined
  if (whole) {
    const y = os2ip(octets.subarray(1 + curve.octets))
    return y < curve.p && (y * y - square) % curve.p === 0n ? Uint8Array.from(octets) : undefined
  }
  // Each p here leaves 3 when divided by 4, so this power is a root of every square.
  const root = power(square < 0n ? square + curve.p : square, (curve.p + 1n) / 4n, curve.p)
  if ((root * root - square) % curve.p !== 0n) return undefined
  const y = root % 2n === BigInt(form & 1) ? root : curve.p - root
  return concat([Uint8Array.of(4), octets.subarray(1, 1 + curve.octets), i2osp(y, curve.octets)])
}

const primeField: Oid = '1.2.840.10045.1.1'

/**
 * Whether parameters that spell a curve out say exactly this one, number for number: one that differs in any could be
 * anybody's. BouncyCastle writes them so.
 *
 * @throws Asn1Error when they are malformed.
 * @see SEC 1 C.2 (ECParameters)
 */
export function spellsOut(curve: PrimeCurve, parameters: Element): boolean {
  const fields = fieldsOf(parameters)
  fields.next(tags.integer) // the version tells whether a seed may follow
  const [fieldType, prime] = elementsOf(fields.next(tags.sequence), tags.sequence)
  const [a, b] = elementsOf(fields.next(tags.sequence), tags.sequence)
  const base = readPoint(curve, readOctets(fields.next(tags.octetString)))
  const order = readInteger(fields.next(tags.integer))
  const cofactor = readInteger(fields.next(tags.integer))
  return (
    fieldType !== undefined &&
    readOid(fieldType) === primeField &&
    prime !== undefined &&
    readInteger(prime) === curve.p &&
    a !== undefined &&
    os2ip(readOctets(a)) === curve.p - 3n &&
    b !== undefined &&
    os2ip(readOctets(b)) === curve.b &&
    base !== undefined &&
    encodeHex(base) === curve.generator &&
    order === curve.n &&
    cofactor === 1n
  )
}
