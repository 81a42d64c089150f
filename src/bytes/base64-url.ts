import { decodeBase64, encodeBase64 } from './base64.js'
import type { Bytes } from './bytes.js'
import { hostText } from './host.js'

/** base64url without padding, as a JWK has it. @see RFC 7515 §2 */
export function decodeBase64Url(text: string): Bytes {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  return decodeBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))
}

/** The same, written. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return (
    hostText(bytes, 'base64url') ?? encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  )
}
