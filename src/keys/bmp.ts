import type { Bytes } from '../bytes/index.js'

/** Writes text as a BMPString holds it: UTF-16, the more significant octet first. @see X.690 §8.23.8 */
export function encodeBmp(text: string): Bytes {
  const octets = new Uint8Array(text.length * 2)
  const view = new DataView(octets.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i))
  return octets
}
