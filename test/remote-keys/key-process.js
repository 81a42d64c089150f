/**
 * A key service that is a process of its own: it makes a key when it starts, and nobody else ever sees it.
 *
 * Each line of its input is a request, `{ id, operation, input }` with the input in base64; each line of its output an
 * answer, `{ id, output }` or `{ id, error }`. The first line tells the public key. Its errors are its own: `padding`,
 * `busy` for every request that comes while it is told to be, and `unknown`.
 */

import { constants, generateKeyPairSync, privateDecrypt, sign } from 'node:crypto'
import { createInterface } from 'node:readline'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
let busy = false

/** @param {Buffer} ciphertext */
function decryptPkcs1(ciphertext) {
  // The raw operation and a look at the padding, as a careless service does it: OpenSSL's own says nothing any more.
  const encoded = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, ciphertext)
  const end = encoded.indexOf(0, 2)
  if (encoded[0] !== 0 || encoded[1] !== 2 || end < 10) throw new Error('padding')
  return encoded.subarray(end + 1)
}

/** @param {Buffer} ciphertext */
function decryptOaep(ciphertext) {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    return privateDecrypt({ key: privateKey, padding, oaepHash: 'sha256' }, ciphertext)
  } catch {
    throw new Error('padding')
  }
}

/** @type {Readonly<Record<string, (input: Buffer) => Buffer>>} */
const operations = {
  'decrypt-pkcs1': decryptPkcs1,
  'decrypt-oaep-sha256': decryptOaep,
  'sign-sha256': (data) => sign('sha256', data, privateKey),
}

/**
 * @param {string} operation
 * @param {Buffer} input
 * @returns {Buffer}
 */
function answer(operation, input) {
  if (operation === 'be-busy') busy = true
  if (operation === 'be-idle') busy = false
  if (operation === 'be-busy' || operation === 'be-idle') return Buffer.alloc(0)
  if (busy) throw new Error('busy')
  const run = operations[operation]
  if (!run) throw new Error('unknown')
  return run(input)
}

/** @param {object} line */
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

say({ publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') })
for await (const line of createInterface({ input: process.stdin })) {
  const { id, operation, input } = JSON.parse(line)
  try {
    say({ id, output: answer(operation, Buffer.from(input, 'base64')).toString('base64') })
  } catch (error) {
    say({ id, error: error instanceof Error ? error.message : 'unknown' })
  }
}
