/** The files of vectors/peers, on Node and in a browser alike: the bundler takes them in. */

import { decodeBase64 } from '../../src/bytes/index.js'
import type { KeyFiles } from './ours.js'

declare global {
  interface ImportMeta {
    /** Vite's: files by their paths. */
    glob(pattern: string, options: object): Readonly<Record<string, string>>
  }
}

const messages = import.meta.glob('../../vectors/peers/*/*.{p7s,p7m,p7z,eml}', {
  query: '?url&inline',
  import: 'default',
  eager: true,
})
const keys = import.meta.glob('../../vectors/peers/keys/*/*.pem', { query: '?raw', import: 'default', eager: true })

/** The paths of all messages, as the index has them. */
export const keptFiles: readonly string[] = Object.keys(messages).map((path) =>
  path.replace('../../vectors/peers/', ''),
)

/** A message, out of its `data:` address. */
export function keptMessage(file: string): Uint8Array {
  const address = messages[`../../vectors/peers/${file}`]
  if (address === undefined) throw new Error(`no such message: ${file}`)
  return decodeBase64(address.slice(address.indexOf(',') + 1))
}

export const keptKeys: KeyFiles = (name, file) => keys[`../../vectors/peers/keys/${name}/${file}`]!
