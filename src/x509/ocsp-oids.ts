import type { Oid } from '../asn1/index.js'

/** @see RFC 6960 §4.2.1, §4.4.1, §4.2.2.2.1 */
export const ocspOids: Readonly<Record<'basicResponse' | 'nonce' | 'nocheck', Oid>> = {
  basicResponse: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
  nocheck: '1.3.6.1.5.5.7.48.1.5',
}
