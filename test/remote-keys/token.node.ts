import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Pkcs11, type TokenKey, tokenKeys } from '../../examples/keys/pkcs11.js'
import { parseAsn1 } from '../../src/asn1/index.js'
import { concat } from '../../src/bytes/index.js'
import { type PublicKeyInfo, parsePublicKeyInfo } from '../../src/crypto/index.js'
import { softhsm } from '../helpers/needs.node.js'

const label = 'direct-smime'
const pin = '1234'

/** What each kind of key may do beside signing. */
const uses = { 'rsa:2048': '--usage-decrypt', 'EC:secp256r1': '--usage-derive' } as const

/** A PKCS#11 token in a folder of its own. Its private keys can be used and never read. */
export interface Token {
  /** Makes a key inside. */
  newKey(type: keyof typeof uses): TokenKey
  /** From now on the token is asked with this PIN, right or wrong. */
  usePin(used: string): void
  /** How many operations with private keys were done. */
  operations(): number
  readonly pin: string
  close(): void
}

/** Numbers of PKCS #11 2.40, and one that pkcs11js adds, which can be any. */
const constants = {
  CKM_RSA_X_509: 0x3,
  CKM_SHA256_RSA_PKCS: 0x40,
  CKM_SHA384_RSA_PKCS: 0x41,
  CKM_SHA512_RSA_PKCS: 0x42,
  CKM_ECDSA: 0x1041,
  CKM_ECDH1_DERIVE: 0x1050,
  CKA_CLASS: 0x0,
  CKA_VALUE: 0x11,
  CKA_KEY_TYPE: 0x100,
  CKA_SENSITIVE: 0x103,
  CKA_EXTRACTABLE: 0x162,
  CKO_SECRET_KEY: 0x4,
  CKK_GENERIC_SECRET: 0x10,
  CKD_NULL: 0x1,
  CKF_SERIAL_SESSION: 0x4,
  CK_PARAMS_EC_DH: 0x6,
} as const

/** The recipe, with these numbers. */
export const recipe = tokenKeys(constants)

/** What pkcs11-tool calls the mechanisms. */
const mechanisms: Readonly<Record<number, string>> = {
  [constants.CKM_RSA_X_509]: 'RSA-X-509',
  [constants.CKM_SHA256_RSA_PKCS]: 'SHA256-RSA-PKCS',
  [constants.CKM_ECDSA]: 'ECDSA',
  [constants.CKM_ECDH1_DERIVE]: 'ECDH1-DERIVE',
}

/**
 * Makes a token of softhsm2. It speaks the few functions of pkcs11js that the recipe uses, each by a process of
 * pkcs11-tool: nothing native is loaded here.
 */
export function openToken(): Token {
  const folder = mkdtempSync(join(tmpdir(), 'direct-smime-token-'))
  const file = (name: string) => join(folder, name)
  const env = { ...process.env, SOFTHSM2_CONF: file('softhsm2.conf') }
  mkdirSync(file('tokens'))
  writeFileSync(env.SOFTHSM2_CONF, `directories.tokendir = ${file('tokens')}\nlog.level = ERROR\n`)
  let usedPin = pin
  const tool = (...options: readonly string[]) => {
    return ['--module', softhsm, '--token-label', label, '--login', '--pin', usedPin, ...options]
  }
  const run = (program: string, options: readonly string[]) => execFileSync(program, options, { env, stdio: 'pipe' })
  run('softhsm2-util', ['--init-token', '--free', '--label', label, '--so-pin', pin, '--pin', pin])

  let count = 0
  const next = () => String(++count).padStart(2, '0')
  /** An operation of pkcs11-tool, as its options, with files for what goes in and what comes out. */
  const prepared = (operation: string, { mechanism, key }: Started, input: Uint8Array) => {
    const name = file(`operation-${next()}`)
    writeFileSync(name, input)
    const how = [operation, '-m', mechanisms[mechanism] ?? 'none', '--id', key]
    return { options: tool(...how, '-i', name, '-o', `${name}.out`), output: () => readFileSync(`${name}.out`) }
  }
  let operations = 0
  const asked = async (operation: string, started: Started | undefined, input: Uint8Array) => {
    if (!started) throw new Error('CKR_OPERATION_NOT_INITIALIZED')
    operations++
    const { options, output } = prepared(operation, started, input)
    await promisify(execFile)('pkcs11-tool', options, { env })
    return output()
  }

  const sessions = new Map<string, { started?: Started }>()
  const secrets = new Map<string, Buffer>()
  const session = (handle: Buffer) => sessions.get(String(handle)) ?? fail('CKR_SESSION_HANDLE_INVALID')
  const start = (handle: Buffer, { mechanism }: { mechanism: number }, key: Buffer) => {
    const opened = session(handle)
    if (opened.started) fail('CKR_OPERATION_ACTIVE')
    opened.started = { mechanism, key: String(key) }
  }
  const points = new Map<string, PublicKeyInfo>()
  const token: Pkcs11 = {
    C_OpenSession() {
      const handle = Buffer.from(`session-${next()}`)
      sessions.set(String(handle), {})
      return handle
    },
    C_CloseSession: (handle) => void sessions.delete(String(handle)),
    C_DecryptInit: start,
    C_DecryptAsync: (handle, input) => asked('--decrypt', session(handle).started, input),
    C_SignInit: start,
    C_SignAsync: (handle, input) => asked('--sign', session(handle).started, input),
    C_DeriveKey(_, { mechanism, parameter }, key) {
      const { bytes, keyBytes } = points.get(String(key))!
      // The tool wants the point as SubjectPublicKeyInfo, which is that of the key here with another point in it.
      const spki = concat([bytes.subarray(0, bytes.length - keyBytes.length), parameter!.publicData])
      operations++
      const { options, output } = prepared('--derive', { mechanism, key: String(key) }, spki)
      run('pkcs11-tool', options)
      const handle = Buffer.from(`secret-${next()}`)
      secrets.set(String(handle), output())
      return handle
    },
    C_GetAttributeValue: (_, object, [attribute]) => [{ type: attribute!.type, value: secrets.get(String(object))! }],
  }
  return {
    pin,
    newKey(type) {
      const id = next()
      run('pkcs11-tool', tool('--keypairgen', '--key-type', type, '--id', id, '--usage-sign', uses[type]))
      run('pkcs11-tool', tool('--read-object', '--type', 'pubkey', '--id', id, '-o', file(id)))
      const publicKey = parsePublicKeyInfo(parseAsn1(Uint8Array.from(readFileSync(file(id)))))
      points.set(id, publicKey)
      return { token, slot: Buffer.alloc(8), handle: Buffer.from(id), publicKey }
    },
    usePin: (used) => {
      usedPin = used
    },
    operations: () => operations,
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** An operation that a session has begun: its mechanism, and the CKA_ID of its key. */
interface Started {
  readonly mechanism: number
  readonly key: string
}

function fail(code: string): never {
  throw new Error(code)
}
