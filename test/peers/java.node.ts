/** Programs of ours in Java, which stand for a library: compiled and started once for all jobs. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keysFolder } from './keys.node.js'
import { secrets } from './material.js'
import type { OpenJob, Outcome } from './peer.js'
import { type Row, recipientKey } from './rows.js'
import { ask, inFolder, oneLine } from './run.node.js'

const source = (name: string) => fileURLToPath(new URL(`./java/${name}.java`, import.meta.url))

/** A Java program of ours and the jars that it needs. */
export interface Program {
  readonly main: string
  readonly classPath: readonly string[]
}

interface Job {
  readonly op: 'make' | 'open'
  readonly row: Row
  readonly message?: Uint8Array
}

/** @param letter - what notifications answer. */
export const makeInJava = (program: Program, rows: readonly Row[], content: Uint8Array, letter?: Uint8Array) =>
  run(
    program,
    rows.map((row) => ({ op: 'make', row, ...(row.kind === 'notification' && letter && { message: letter }) })),
    content,
  )

export const openInJava = (program: Program, jobs: readonly OpenJob[]) =>
  run(
    program,
    jobs.map(({ row, message }) => ({ op: 'open', row, message })),
    jobs[0]?.content ?? new Uint8Array(),
  )

function run(program: Program, jobs: readonly Job[], content: Uint8Array): Promise<readonly Outcome[]> {
  return inFolder(async ({ path, save }) => {
    const classPath = [compiled(program), ...program.classPath].join(':')
    save('content', content)
    save('jobs', jobs.map(({ op, row }, id) => line({ id, op, ...facts(row) })).join('\n'))
    for (const [id, { message }] of jobs.entries()) if (message) save(`${id}.in`, message)
    // In that folder: the reference implementation leaves copies of messages where it runs.
    ask('java', ['-XX:TieredStopAtLevel=1', ...properties(), '-cp', classPath, program.main, path], { cwd: path })
    return jobs.map((_, id) => outcome(join(path, String(id))))
  })
}

const folders = new Map<string, string>()

/** The folder of its classes, which goes when this process does. */
function compiled({ main, classPath }: Program): string {
  const known = folders.get(main)
  if (known) return known
  const folder = mkdtempSync(join(tmpdir(), 'direct-smime-java-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const sources = ['Jobs', 'Keys', main].map(source)
  ask('javac', ['-nowarn', '-proc:none', '-d', folder, '-cp', classPath.join(':'), ...sources])
  folders.set(main, folder)
  return folder
}

function outcome(file: string): Outcome {
  if (existsSync(`${file}.out`)) return { bytes: Uint8Array.from(readFileSync(`${file}.out`)) }
  const kind = existsSync(`${file}.cannot`) ? 'cannot' : 'says'
  const text = oneLine(readFileSync(`${file}.${kind}`, 'utf8'))
  return kind === 'cannot' ? { cannot: text } : { says: text }
}

/** A row as pairs of strings: `to.type=ecdh`. */
function facts(row: Row): Readonly<Record<string, string>> {
  const key = recipientKey(row)
  return { ...flat(row), ...(key && { recipientKey: key }) }
}

function flat(value: object, prefix = ''): Readonly<Record<string, string>> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, each]) =>
      typeof each === 'object' ? flat(each, `${prefix}${name}.`) : { [`${prefix}${name}`]: String(each) },
    ),
  )
}

const line = (pairs: object) =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join('\t')

const properties = () =>
  Object.entries({
    keys: keysFolder,
    password: secrets.password,
    keyIdentifier: secrets.keyIdentifier,
    ...flat(secrets.kek, 'kek.'),
  }).map(([name, value]) => `-D${name}=${value}`)
