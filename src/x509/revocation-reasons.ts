import type { Oid } from '../asn1/index.js'

/** Why a certificate was revoked. */
export type CrlReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise'

/** By number; the seventh was never given out. @see RFC 5280 §5.3.1 */
export const crlReasons: readonly (CrlReason | undefined)[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
]

/** What an entry of a list may say beside serial number and date. @see RFC 5280 §5.3 */
export const entryExtensionOids: Readonly<Record<'cRLReasons' | 'invalidityDate' | 'certificateIssuer', Oid>> = {
  cRLReasons: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  certificateIssuer: '2.5.29.29',
}
