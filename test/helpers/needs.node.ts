import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Where Debian puts mime4j. */
export const mime4jJars: readonly string[] = [
  '/usr/share/java/apache-mime4j-core.jar',
  '/usr/share/java/apache-mime4j-dom.jar',
]

/** Where Debian puts the PKCS #11 module of softhsm2. */
export const softhsm = '/usr/lib/softhsm/libsofthsm2.so'

interface Need {
  /** Ends without an error when the program is there. */
  readonly command: readonly [program: string, ...options: string[]]
  readonly files?: readonly string[]
}

const needed = {
  openssl: { command: ['openssl', 'version'] },
  keytool: { command: ['keytool', '-help'] },
  nss: { command: ['which', 'pk12util', 'certutil'] },
  bind: { command: ['which', 'named', 'dig'] },
  slapd: { command: ['which', 'slapd', 'slapadd', 'ldapsearch'] },
  python3: { command: ['python3', '--version'] },
  softhsm: { command: ['softhsm2-util', '--version'], files: [softhsm, '/usr/bin/pkcs11-tool'] },
  mime4j: { command: ['javac', '-version'], files: mime4jJars },
} satisfies Readonly<Record<string, Need>>

/**
 * Says whether a program is there; tests that need it skip themselves when it is not. In CI a program that is missing is
 * an error, for a test that never runs is worse than none.
 */
export function needs(name: keyof typeof needed): boolean {
  const { command, files = [] }: Need = needed[name]
  try {
    execFileSync(command[0], command.slice(1), { stdio: 'ignore' })
    const missing = files.find((file) => !existsSync(file))
    if (missing) throw new Error(`no file ${missing}`)
    return true
  } catch (cause) {
    if (process.env.CI) throw new Error(`${name} is needed for these tests`, { cause })
    return false
  }
}
