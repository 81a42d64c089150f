import { execFileSync } from 'node:child_process'

/**
 * Says whether a program is there; tests that need it skip themselves when it is not. In CI a program that is missing is
 * an error, for a test that never runs is worse than none.
 */
export function needs(program: 'openssl' | 'python3'): boolean {
  try {
    execFileSync(program, [program === 'openssl' ? 'version' : '--version'], { stdio: 'ignore' })
    return true
  } catch (cause) {
    if (process.env.CI) throw new Error(`${program} is needed for these tests`, { cause })
    return false
  }
}
