/** Bytes: joining, comparing, searching, and their text forms: hex, base64 (RFC 4648) and UTF-8. */

export { concat, equal, indexOf, type Bytes } from './bytes.js'
export { decodeBase64, encodeBase64, encodeBase64Lines, Base64Error, type Base64ErrorCode } from './base64.js'
export { decodeHex, encodeHex } from './hex.js'
export { decodeLatin1, decodeUtf8, encodeLatin1, encodeUtf8 } from './text.js'
