/** Bytes: joining, comparing, searching, and their text forms: hex, base64 (RFC 4648) and UTF-8. */

export { decodeBase64, encodeBase64, encodeBase64Lines, lengthInBase64Lines, writeBase64Lines } from './base64.js'
export { decodeBase64Url, encodeBase64Url } from './base64-url.js'
export { type Bytes, concat, distinctBy, equal, finder, indexOf } from './bytes.js'
export { Base64Error, type Base64ErrorCode, HexError, type HexErrorCode } from './errors.js'
export { decodeHex, encodeHex } from './hex.js'
export { decodeLatin1, decodeUtf8, encodeLatin1, encodeUtf8 } from './text.js'
