import {
  Base64Error,
  decodeBase64,
  decodeHex,
  decodeLatin1,
  decodeUtf8,
  encodeBase64,
  encodeBase64Lines,
  encodeHex,
  encodeLatin1,
  encodeUtf8,
  equal,
  HexError,
} from '../../../src/bytes/index.js'
import { unlessThrown } from '../../../src/errors/index.js'
import { same, type Target } from '../target.js'

export const bytesTargets: readonly Target[] = [
  {
    name: 'base64',
    files: ['bytes/base64.ts'],
    seeds: ['text', 'pem', 'words'],
    mutators: ['text', 'base64', 'bytes'],
    own: [Base64Error],
    run(input) {
      const text = decodeLatin1(input)
      const lenient = decodeBase64(input, { lenient: true })
      same('octets and text are one base64', equal(decodeBase64(text, { lenient: true }), lenient), true)
      same('base64 is read as it is written', equal(decodeBase64(encodeBase64(lenient)), lenient), true)
      same('lines of base64 are read as written', equal(decodeBase64(encodeBase64Lines(lenient)), lenient), true)
      const strict = unlessThrown(Base64Error, () => decodeBase64(input))
      const strictText = unlessThrown(Base64Error, () => decodeBase64(text))
      same('strict reading does not depend on the type', strict === undefined, strictText === undefined)
      if (strict) same('strict and lenient reading agree', equal(strict, lenient), true)
    },
  },
  {
    name: 'hex-and-text',
    files: ['bytes/hex.ts', 'bytes/text.ts'],
    seeds: ['text', 'words', 'der'],
    mutators: ['text', 'bytes'],
    own: [HexError],
    run(input) {
      const some = input.subarray(0, 10_000)
      same('hex is read as it is written', equal(decodeHex(encodeHex(some)), some), true)
      same('Latin-1 is written as it was read', equal(encodeLatin1(decodeLatin1(input)), input), true)
      const text = decodeUtf8(input)
      same('UTF-8 is read as it is written', decodeUtf8(encodeUtf8(text)), text)
      decodeHex(decodeLatin1(input.subarray(0, 4)))
      decodeHex(decodeLatin1(input))
    },
  },
]
