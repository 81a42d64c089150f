import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePem } from '../../../../src/keys/index.js'
import type { Certificate } from '../../../../src/x509/index.js'
import { now } from '../../../helpers/issue.js'
import type { Chain } from './issue-chain.js'

const options = [
  ...['-CAfile', 'roots', '-untrusted', 'between', '-attime', String(now / 1000)],
  ...['-purpose', 'smimesign', '-policy_check', '-policy', 'anyPolicy'],
]

const pem = (certificates: readonly Certificate[]) =>
  certificates.map(({ bytes }) => encodePem('CERTIFICATE', bytes)).join('')

/** Whether `openssl verify` accepts each chain. All are judged in one run: no two chains have a name in common. */
export async function opensslVerdicts(chains: readonly Chain[]): Promise<readonly boolean[]> {
  const folder = await mkdtemp(join(tmpdir(), 'chains-'))
  try {
    const certificates = chains.map((chain) => chain.certificates)
    await writeFile(join(folder, 'roots'), pem(certificates.flatMap(([root]) => root!)))
    await writeFile(join(folder, 'between'), pem(certificates.flatMap((chain) => chain.slice(1, -1))))
    const ends = certificates.map((_, index) => `end${index}`)
    await Promise.all(ends.map((name, index) => writeFile(join(folder, name), pem(certificates[index]!.slice(-1)))))
    const output = await run(['verify', ...options, ...ends], folder)
    const accepted = new Set([...output.matchAll(/^(end\d+): OK$/gm)].map(([, name]) => name))
    return ends.map((name) => accepted.has(name))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What it prints. It ends with 2 when it refuses anything, which is no failure. */
function run(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('openssl', args, { cwd, maxBuffer: 1 << 24 }, (error, stdout) => {
      if (error && error.code !== 2) reject(error)
      else resolve(stdout)
    })
  })
}
