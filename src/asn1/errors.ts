import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type Asn1ErrorCode =
  | 'ERR_ASN1_TRUNCATED'
  | 'ERR_ASN1_LENGTH'
  | 'ERR_ASN1_TRAILING_BYTES'
  | 'ERR_ASN1_TOO_DEEP'
  | 'ERR_ASN1_TOO_LARGE'
  | 'ERR_ASN1_TOO_MANY_ELEMENTS'
  | 'ERR_ASN1_NOT_DER'
  | 'ERR_ASN1_UNEXPECTED_TAG'
  | 'ERR_ASN1_MISSING'
  | 'ERR_ASN1_VALUE'

/** Bytes that are not the ASN.1 they should be. `offset` is where, counted from the start of the input. */
export class Asn1Error extends DirectError<Asn1ErrorCode> {
  readonly code: Asn1ErrorCode
  readonly offset: number

  constructor(code: Asn1ErrorCode, message: string, offset: number, options?: DirectErrorOptions) {
    super(`${message} (offset ${offset})`, options)
    this.code = code
    this.offset = offset
  }
}
