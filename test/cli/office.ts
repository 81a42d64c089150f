import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parsePrivateKey, serializePkcs12 } from '../../src/keys/index.js'
import { createAuthority, type TestIdentity } from '../../src/testing/index.js'
import { now } from '../helpers/issue.js'

export const ann = 'ann@direct.clinic.example'
export const bob = 'bob@direct.hospital.example'
/** Whose certificate says where its revocation is published, and nothing is there. */
export const cas = 'cas@direct.hospital.example'
/** Whose certificate nobody has. */
export const eve = 'eve@direct.elsewhere.example'
/** Whose certificate comes from an authority that nobody trusts. */
export const max = 'max@direct.elsewhere.example'
/** Whose certificate has expired. */
export const old = 'old@direct.hospital.example'

export const password = 'pass phrase'

/** A folder with the files of two organisations, for commands that read files. */
export interface Office {
  /** The path of a file, there or not. */
  readonly path: (name: string) => string
  /** Writes a file. */
  readonly write: (name: string, content: string | Uint8Array) => string
  readonly read: (name: string) => Uint8Array
  readonly has: (name: string) => boolean
  readonly close: () => void
}

/**
 * Makes the files: `clinic.pem`, `hospital.pem` and `elsewhere.pem` of the authorities, `NAME.pem` with certificate and
 * key, `NAME.crt` with the certificate alone, `directory.pem` with the certificates of all; `ann.p12` and `password`.
 *
 * @param crlUrl - where the certificate of Cas says that its revocation is published.
 */
export async function openOffice(crlUrl = 'http://crl.hospital.invalid/ca.crl'): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'direct-smime-office-'))
  const path = (name: string) => join(folder, name)
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(path(name), content)
    return path(name)
  }
  const [clinic, hospital, elsewhere] = await Promise.all(
    ['Clinic', 'Hospital', 'Elsewhere'].map((organization) => createAuthority({ organization, at: now })),
  )
  write('clinic.pem', clinic!.certificatePem)
  write('hospital.pem', hospital!.certificatePem)
  write('elsewhere.pem', elsewhere!.certificatePem)
  const people: Readonly<Record<string, TestIdentity>> = {
    ann: await clinic!.issue({ address: ann }),
    bob: await hospital!.issue({ address: bob }),
    cas: await hospital!.issue({ address: cas, crlUrl }),
    max: await elsewhere!.issue({ address: max }),
    old: await hospital!.issue({ address: old, notBefore: now - 2000, notAfter: now - 1000 }),
  }
  for (const [name, { certificatePem, privateKeyPem }] of Object.entries(people)) {
    write(`${name}.crt`, certificatePem)
    write(`${name}.pem`, certificatePem + privateKeyPem)
  }
  write(
    'directory.pem',
    Object.values(people)
      .map(({ certificatePem }) => certificatePem)
      .join(''),
  )
  const { certificate, privateKeyPem } = people.ann!
  const holdings = { keys: [{ privateKey: parsePrivateKey(privateKeyPem) }], certificates: [{ certificate }] }
  write('ann.p12', await serializePkcs12(holdings, password, { iterations: 1000 }))
  write('password', `${password}\n`)
  return {
    path,
    write,
    read: (name) => new Uint8Array(readFileSync(path(name))),
    has: (name) => existsSync(path(name)),
    close: () => rmSync(folder, { recursive: true }),
  }
}

/** A finished message from Ann. */
export function letter(to: readonly string[], ...fields: readonly string[]): string {
  const header = [`From: ${ann}`, `To: ${to.join(', ')}`, 'Subject: Results of Mr Miller', ...fields]
  return [...header, '', 'Potassium is 4.1 mmol/l.', ''].join('\r\n')
}
