import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDnsResolver } from '../../src/node/index.js'
import { freePort } from './free-port.node.js'

export interface NameServer {
  /** `127.0.0.1:port`. */
  readonly server: string
  readonly stop: () => Promise<void>
}

/**
 * Starts BIND on a free port of the loopback address, with these zones and no others.
 *
 * @param zones - the records of each zone, in the form of a zone file and without the SOA, by its name.
 */
export async function startNameServer(zones: Readonly<Record<string, string>>): Promise<NameServer> {
  const folder = mkdtempSync(join(tmpdir(), 'named-'))
  const port = await freePort()
  const files = Object.entries(zones).map(([name, records], index) => {
    const file = join(folder, `zone${index}`)
    const start = `$ORIGIN ${name}.\n$TTL 300\n@ IN SOA ns.${name}. hostmaster.${name}. 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n`
    // A line that begins with a blank would go on with the owner of the one before.
    writeFileSync(file, `${start}${records.replace(/^[ \t]+/gm, '')}\n`)
    return `zone "${name}" { type primary; file "${file}"; };`
  })
  const configuration = `
    options {
      directory "${folder}";
      pid-file "${folder}/pid";
      session-keyfile "${folder}/session.key";
      listen-on port ${port} { 127.0.0.1; };
      listen-on-v6 { none; };
      recursion no;
      dnssec-validation no;
      notify no;
    };
    controls { };
    ${files.join('\n')}
  `
  writeFileSync(join(folder, 'named.conf'), configuration)
  const named = spawn('named', ['-g', '-c', join(folder, 'named.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  named.stderr.on('data', (piece) => {
    log += piece
  })
  const server = `127.0.0.1:${port}`
  const stop = async () => {
    const hasEnded = named.exitCode !== null || named.signalCode !== null
    if (!hasEnded) await Promise.all([once(named, 'exit'), named.kill()])
    rmSync(folder, { recursive: true })
  }
  try {
    await answers(server, Object.keys(zones)[0]!, () => {
      if (named.exitCode !== null) throw new Error('named ended')
    })
  } catch (cause) {
    await stop()
    throw new Error(log, { cause })
  }
  return { server, stop }
}

async function answers(server: string, name: string, check: () => void): Promise<void> {
  const resolver = createDnsResolver({ servers: [server], timeoutMs: 200, attempts: 1 })
  for (let tries = 0; tries < 50; tries++) {
    check()
    const isUp = await resolver.resolve({ name, type: 'SOA' }).then(
      () => true,
      () => new Promise<false>((resolve) => setTimeout(() => resolve(false), 100)),
    )
    if (isUp) return
  }
  throw new Error('named does not answer')
}
