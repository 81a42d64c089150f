import { afterEach, describe, expect, test, vi } from 'vitest'
import { createDecrypter, encryptKey, hostCrypto } from '../../src/crypto/index.js'
import { broken, key2048, provider, publicKeyOf, spied } from './fixtures.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const contentKey = new Uint8Array(16).fill(4)

async function randomNumbersDrawn(): Promise<number> {
  const sent = await encryptKey(provider, 'RSAES-PKCS1-v1_5', publicKeyOf(key2048), contentKey)
  const calls: string[] = []
  const key = await createDecrypter(spied(calls), key2048).decryptKey({ ...sent, length: 16 })
  expect(key).toEqual(contentKey)
  return calls.filter((call) => call.startsWith('getRandomValues')).length
}

describe('what the host can do', () => {
  test("Node's own private operation is used, which needs no blinding of ours", async () => {
    expect(await randomNumbersDrawn()).toBe(0)
  })

  const hosts = [
    { comment: 'a browser', process: undefined },
    { comment: 'a Node without getBuiltinModule', process: {} },
    { comment: 'a host that has no such module', process: { getBuiltinModule: () => undefined } },
    { comment: 'a host whose module is half made', process: { getBuiltinModule: () => ({ constants: {} }) } },
    {
      comment: 'a host that pads where it should not',
      process: {
        getBuiltinModule: () => ({
          constants: { RSA_NO_PADDING: 3 },
          createPrivateKey: () => ({}),
          privateDecrypt: () => new Uint8Array(256).fill(1),
        }),
      },
    },
  ]
  test.each(hosts)('$comment: BigInt arithmetic, blinded', async ({ process }) => {
    vi.stubGlobal('process', process)
    expect(await randomNumbersDrawn()).toBeGreaterThan(0)
  })

  test('the host is asked for its WebCrypto, and says when there is none', () => {
    expect(hostCrypto()).toBe(globalThis.crypto)
    vi.stubGlobal('crypto', { getRandomValues: broken.getRandomValues })
    expect(hostCrypto).toThrow(expect.objectContaining({ code: 'ERR_CRYPTO_UNAVAILABLE' }))
    vi.stubGlobal('crypto', undefined)
    expect(hostCrypto).toThrow(expect.objectContaining({ code: 'ERR_CRYPTO_UNAVAILABLE' }))
  })
})
