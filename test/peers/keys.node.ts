/** The test keys, which `vectors/peers/make-keys.sh` makes. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { KeyFile, KeyName } from './rows.js'

export const keysFolder: string = fileURLToPath(new URL('../../vectors/peers/keys', import.meta.url))

export const keyPath = (name: KeyName | 'ca', file: KeyFile | 'identity.p12'): string => `${keysFolder}/${name}/${file}`
export const pemOf = (name: KeyName | 'ca', file: KeyFile): string => readFileSync(keyPath(name, file), 'utf8')

/** Opens the PKCS#12 files. */
export const passPhrase = 'test'
