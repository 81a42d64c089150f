import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { SqlQuery } from '../../src/tracking/index.js'

/** A PostgreSQL of the test's own, on a free port of the loopback address, with its files in a temporary folder. */
export interface Postgres {
  readonly port: number
  readonly query: SqlQuery
  stop(): Promise<void>
}

const debian = '/usr/lib/postgresql'

/** Where the programs are; nothing when PostgreSQL is not installed, which in CI is an error. */
export function postgresPrograms(): string | undefined {
  const folders = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []
  const found = folders.filter((folder) => existsSync(join(folder, 'initdb'))).at(-1)
  if (!found && process.env.CI) throw new Error('postgresql is needed for these tests')
  return found
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
function owner() {
  if (process.getuid?.() !== 0) return {}
  const idOf = (option: string) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

export async function startPostgres(programs: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'direct-smime-postgres-'))
  const user = owner()
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const initdb = ['-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8']
  execFileSync(join(programs, 'initdb'), initdb, { stdio: 'ignore', cwd: folder, ...user })
  const port = await freePort()
  const options = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'logging_collector=off']
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...options], {
    stdio: 'ignore',
    cwd: folder,
    ...user,
  })
  const pool = new pg.Pool(connectionTo(port))
  const query: SqlQuery = async (sql, values) => (await pool.query(sql, [...values])).rows
  await answering(query)
  return {
    port,
    query,
    async stop() {
      await pool.end()
      const ended = once(server, 'exit')
      server.kill('SIGTERM') // it waits for connections that are still ending
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function connectionTo(port: number) {
  return { host: '127.0.0.1', port, user: 'test', database: 'postgres', max: 10 }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answering(query: SqlQuery): Promise<void> {
  for (let tries = 100; ; tries--) {
    try {
      await query('SELECT 1', [])
      return
    } catch (error) {
      if (tries === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
