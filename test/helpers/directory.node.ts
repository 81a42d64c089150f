import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.node.js'

export interface DirectoryServer {
  readonly port: number
  stop(): Promise<void>
}

/** Where the entries of a directory that is started here stand. */
export const directoryBase = 'o=Directory'

/** What stands at the suffix, by what names it. */
const rootClasses: Readonly<Record<string, string>> = { o: 'organization', cn: 'organizationalRole' }

const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')

/** Files, in PEM, with which a directory proves itself when it is asked to encrypt. */
export interface DirectoryProof {
  readonly key: string
  readonly certificate: string
}

/**
 * Starts slapd on a free port of the loopback address.
 *
 * @param ldif - entries below the suffix, which is there already.
 * @param suffix - of one relative name, an `o` or a `cn`.
 */
export async function startDirectory(
  ldif: string,
  proof?: DirectoryProof,
  suffix: string = directoryBase,
): Promise<DirectoryServer> {
  const folder = mkdtempSync(join(tmpdir(), 'slapd-'))
  mkdirSync(join(folder, 'data'))
  const configuration = [
    schemas,
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `pidfile ${folder}/pid`,
    ...(proof ? [`TLSCertificateFile ${proof.certificate}`, `TLSCertificateKeyFile ${proof.key}`] : []),
    'database mdb',
    `suffix "${suffix}"`,
    `directory ${folder}/data`,
    'access to * by * read',
  ]
  writeFileSync(join(folder, 'slapd.conf'), `${configuration.join('\n')}\n`)
  const [attribute = '', value = ''] = suffix.split('=')
  const root = `dn: ${suffix}\nobjectClass: ${rootClasses[attribute]}\n${attribute}: ${value}\n`
  writeFileSync(join(folder, 'entries.ldif'), `${root}\n${ldif}\n`)
  execFileSync('slapadd', ['-f', join(folder, 'slapd.conf'), '-l', join(folder, 'entries.ldif')], { stdio: 'pipe' })
  const port = await freePort()
  const slapd = spawn('slapd', ['-d', '0', '-f', join(folder, 'slapd.conf'), '-h', `ldap://127.0.0.1:${port}`])
  await listens(port, () => {
    if (slapd.exitCode !== null) throw new Error('slapd ended')
  })
  return {
    port,
    async stop() {
      slapd.kill()
      if (slapd.exitCode === null) await once(slapd, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

async function listens(port: number, check: () => void): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    check()
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('slapd does not answer')
}
