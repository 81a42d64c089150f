import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DigestName, digests } from '../../src/crypto/index.js'
import { borrowed } from '../helpers/borrowed.node.js'

/** A case of Wycheproof; each kind of file has some of the fields. Bytes are in hexadecimal. */
interface Case {
  readonly tcId: number
  readonly msg: string
  readonly ct: string
  readonly sig: string
  readonly key: string
  readonly iv: string
  readonly aad: string
  readonly tag: string
  readonly label: string
  readonly public: string
  readonly private: string
  readonly shared: string
  readonly password: string
  readonly salt: string
  readonly iterationCount: number
  readonly dk: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly flags: readonly string[]
}

export interface Group {
  readonly keySize: number
  readonly sha: string
  readonly mgfSha: string
  readonly sLen: number
  readonly publicKeyDer: string
  readonly privateKeyPkcs8: string
  readonly tests: readonly Case[]
}

const folder = borrowed && join(borrowed, 'wycheproof', 'files')

/** The names of the files that are there and look like this. */
export function filesLike(pattern: RegExp): readonly string[] {
  return folder ? readdirSync(folder).filter((name) => pattern.test(name)) : []
}

export function groupsIn(file: string): readonly Group[] {
  return JSON.parse(readFileSync(join(folder!, file), 'utf8')).testGroups
}

export function digestNamed(name: string): DigestName | undefined {
  return Object.values(digests).find((digest) => digest.name === name)?.name
}
