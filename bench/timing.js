/**
 * Does the time of unwrapping a content key tell whether its padding was right?
 *
 * A ciphertext with right padding and one with wrong padding take turns in random order under RSA-2048, by the private
 * operation of Node and by the one in BigInt arithmetic that browsers have. Welch's t says how many standard errors the
 * two means are apart: beyond 4.5 (what side-channel laboratories use) a difference is there, below it none was seen
 * with so many measurements. It is printed and fails nothing, since a busy machine moves it.
 *
 * `node bench/timing.js [measurements]`: 20,000 unless told otherwise, some minutes.
 */

import { constants, generateKeyPairSync, publicEncrypt, randomInt } from 'node:crypto'
import { createDecrypter } from 'direct-smime/crypto'
import { parsePrivateKey } from 'direct-smime/keys'

const measurements = Number(process.argv[2] ?? 20_000)
const warmUps = 200
const length = 32
const algorithm = { algorithm: '1.2.840.113549.1.1.1', parameters: Uint8Array.of(5, 0) }

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = parsePrivateKey(new Uint8Array(pair.privateKey.export({ format: 'der', type: 'pkcs8' })))

/** The padding, and the same with a 3 where the 2 should be. */
const [valid, invalid] = [2, 3].map((mark) => {
  const encoded = new Uint8Array(256).fill(0x5a)
  encoded.set([0, mark])
  encoded.set([0], 256 - length - 1)
  return new Uint8Array(publicEncrypt({ key: pair.publicKey, padding: constants.RSA_NO_PADDING }, encoded))
})

for (const { way, host } of [
  { way: "Node's private operation", host: process.getBuiltinModule },
  { way: 'BigInt arithmetic', host: undefined },
]) {
  // What the host offers is looked up at first use, which is in here.
  Object.defineProperty(process, 'getBuiltinModule', { value: host, configurable: true })
  const decrypter = createDecrypter(globalThis.crypto, privateKey)
  /** @type {[number[], number[]]} */
  const times = [[], []]
  for (let count = -warmUps; count < measurements; count++) {
    const which = randomInt(2)
    const encryptedKey = /** @type {Uint8Array} */ (which === 0 ? valid : invalid)
    const started = performance.now()
    await decrypter.decryptKey({ algorithm, encryptedKey, length })
    const elapsed = performance.now() - started
    if (count >= 0) times[/** @type {0 | 1} */ (which)].push(elapsed)
  }
  const all = welch(...times)
  // Without the slowest tenth of both, which is the machine's own doing.
  const bound = times.flat().toSorted((a, b) => a - b)[Math.floor(measurements * 0.9)] ?? 0
  const [right, wrong] = times.map((each) => each.filter((time) => time <= bound))
  const quick = welch(right ?? [], wrong ?? [])
  console.log(`${way}, ${measurements} unwrappings`)
  for (const [name, { means, t }] of Object.entries({ all, 'the quicker nine tenths': quick })) {
    const [a, b] = means.map((mean) => `${(mean * 1000).toFixed(1)} µs`)
    console.log(`  ${name}: right padding ${a}, wrong padding ${b}, t = ${t.toFixed(2)}`)
  }
}

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
function welch(a, b) {
  const [first, second] = [a, b].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return { mean, error: squares / (values.length - 1) / values.length }
  })
  const { mean: meanA = 0, error: errorA = 0 } = first ?? {}
  const { mean: meanB = 0, error: errorB = 0 } = second ?? {}
  return { means: [meanA, meanB], t: (meanA - meanB) / Math.sqrt(errorA + errorB) }
}
