import { Crypto as PeculiarCrypto } from '@peculiar/webcrypto'
import { createAgent } from 'direct-smime'
import type { CryptoProvider } from 'direct-smime/crypto'
import { createAuthority } from 'direct-smime/testing'
import { expect, test } from 'vitest'

const at = Date.UTC(2026, 5, 1)

test('with the Crypto of @peculiar/webcrypto passed in, no other is used', async () => {
  const calls: string[] = []
  const crypto = counting(new PeculiarCrypto(), calls)
  const host = globalThis.crypto
  // Keys are made before the host's own is taken away, and imported when they are first used.
  const clinic = await createAuthority({ organization: 'Example Clinic', at, crypto })
  const ann = await clinic.issue({ address: 'ann@direct.clinic.example' })
  const bob = await clinic.issue({ address: 'bob@direct.clinic.example' })
  calls.length = 0
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true })
  try {
    const agent = createAgent({
      identities: [ann.identity, bob.identity],
      trust: [clinic.certificate],
      discovery: [ann.certificate, bob.certificate],
      crypto,
      clock: () => at,
    })
    const sealed = await agent.seal({
      from: 'ann@direct.clinic.example',
      to: 'bob@direct.clinic.example',
      text: 'By another provider.',
    })
    const opened = await agent.open(sealed.messages[0]!.raw)
    expect(opened).toMatchObject({ kind: 'message', message: { text: 'By another provider.' } })
  } finally {
    Object.defineProperty(globalThis, 'crypto', { value: host, configurable: true, writable: true })
  }
  expect(new Set(calls)).toEqual(
    new Set(['importKey', 'digest', 'sign', 'encrypt', 'decrypt', 'verify', 'getRandomValues']),
  )
})

/** The same provider, with the names of what was called written down. */
function counting(provider: PeculiarCrypto, calls: string[]): CryptoProvider {
  const watched = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(_, name) {
        const value = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...words: unknown[]) => {
          calls.push(String(name))
          return Reflect.apply(value, target, words)
        }
      },
    })
  const subtle = watched(provider.subtle)
  const { getRandomValues } = watched(provider)
  return { subtle, getRandomValues }
}
