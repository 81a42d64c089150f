import { describe, expect, test } from 'vitest'

// What the rooms' own tests rely on when they run here: that they take the road without Node.
describe('this browser', () => {
  const host = globalThis as { Buffer?: unknown; process?: { getBuiltinModule?: unknown; versions?: unknown } }

  test('has nothing of Node', () => {
    expect(host.Buffer).toBeUndefined()
    expect(host.process?.getBuiltinModule).toBeUndefined()
    expect(host.process?.versions).toBeUndefined()
  })

  test('has WebCrypto', () => {
    expect(globalThis.isSecureContext).toBe(true)
    expect(globalThis.crypto.subtle).toBeInstanceOf(SubtleCrypto)
  })
})
