/** Keeps what the demonstration made, and says how to look at it with OpenSSL alone. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** @param {string} folder */
export async function saver(folder) {
  await mkdir(folder, { recursive: true })
  /** @type {string[]} */
  const commands = []
  const write = (/** @type {string} */ name, /** @type {string | Uint8Array} */ content, mode = 0o644) =>
    writeFile(join(folder, name), content, { mode })
  return {
    commands,
    /**
     * @param {string} name
     * @param {import('direct-smime/testing').TestIdentity} identity
     * @param {import('direct-smime/testing').TestAuthority} authority
     */
    async identity(name, identity, authority) {
      await write(`${name}.crt`, identity.certificatePem)
      await write(`${name}.key`, identity.privateKeyPem, 0o600)
      await write(`${name}-ca.crt`, authority.certificatePem)
    },
    /**
     * @param {string} name
     * @param {Uint8Array} raw
     * @param {{ recipient: string, anchor: string }} who
     */
    async message(name, raw, { recipient, anchor }) {
      await write(`${name}.eml`, raw)
      const path = (/** @type {string} */ file) => join(folder, file)
      commands.push(
        `openssl cms -decrypt -in ${path(`${name}.eml`)} -recip ${path(`${recipient}.crt`)} -inkey ${path(`${recipient}.key`)} -out ${path(`${name}.signed`)}`,
        `openssl cms -verify -in ${path(`${name}.signed`)} -CAfile ${path(`${anchor}-ca.crt`)} -out ${path(`${name}.txt`)}`,
      )
    },
  }
}
