import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { textsBelow } from './files.js'
import { common, rooms } from './rooms.js'
import { breaches, hostLooks, referencesOf } from './street.js'

const sources = textsBelow('src', '.ts')
const names = Object.keys(rooms)

/** A small street on which all is well; each case changes one thing. */
const fine = {
  'errors/index.ts': 'export abstract class DirectError extends Error {}',
  'bytes/index.ts': "export { concat } from './bytes.js'",
  'bytes/bytes.ts': "import { DirectError } from '../errors/index.js'\nexport const concat = DirectError",
  'asn1/index.ts': "export { parse } from './reader.js'\nexport interface Node { tag: number }",
  'asn1/reader.ts':
    "import { concat } from '../bytes/index.js'\nimport type { Node } from './index.js'\nexport const parse = (n: Node) => concat",
  'crypto/index.ts': "import { parse } from '../asn1/index.js'\nexport { parse as spki }",
  'crypto/host.ts': 'export const host = globalThis.process?.getBuiltinModule',
  'mime/index.ts': 'export const at = (now: () => Date) => now()',
  'node/index.ts':
    "import { readFile } from 'node:fs/promises'\nimport { at } from '../mime/index.js'\nexport const now = () => [at, Date.now(), readFile]",
  'index.ts': "export { at } from './mime/index.js'",
}

const cases = [
  { comment: 'a well-kept street', change: {}, found: [] },
  {
    comment: 'a room may not look at one behind it',
    change: { 'asn1/oid.ts': "import { spki } from '../crypto/index.js'" },
    found: ['asn1/oid.ts: may not import crypto'],
  },
  {
    comment: 'nor at a neighbour that the table does not name, not even for a type',
    change: { 'crypto/name.ts': "import type { at } from '../mime/index.js'" },
    found: ['crypto/name.ts: may not import mime'],
  },
  {
    comment: 'nor by import()',
    change: { 'crypto/name.ts': "export const later = () => import('../mime/index.js')" },
    found: ['crypto/name.ts: may not import mime'],
  },
  {
    comment: 'nor in a type written in place',
    change: { 'crypto/name.ts': "export type At = import('../mime/index.js').At" },
    found: ['crypto/name.ts: may not import mime'],
  },
  {
    comment: 'the core may not look at the rooms for Node',
    change: { 'index.ts': "export { now } from './node/index.js'" },
    found: ['index.ts: may not import node'],
  },
  {
    comment: 'no room imports the short list',
    change: { 'crypto/name.ts': "export { at } from '../index.js'" },
    found: ['crypto/name.ts: may not import the front door'],
  },
  {
    comment: 'another room comes in by its door',
    change: { 'crypto/name.ts': "export { parse } from '../asn1/reader.js'" },
    found: ['crypto/name.ts: reaches past the door of asn1: ../asn1/reader.js'],
  },
  {
    comment: 'a room does not import values from its own door',
    change: { 'crypto/name.ts': "import { spki } from './index.js'" },
    found: ['crypto/name.ts: imports a value from its own door'],
  },
  {
    comment: 'a folder that the table does not know',
    change: { 'utils/index.ts': 'export const one = 1', 'helper.ts': 'export const two = 2' },
    found: ['utils/index.ts: stands in no known room', 'helper.ts: stands in no known room'],
  },
  {
    comment: 'a file that is not there',
    change: { 'crypto/name.ts': "import { digest } from './digest.js'" },
    found: ['crypto/name.ts: imports ./digest.js, which is not there'],
  },
  {
    comment: 'a Node module in the core',
    change: { 'crypto/name.ts': "import { createHash } from 'node:crypto'" },
    found: ['crypto/name.ts: imports node:crypto'],
  },
  {
    comment: 'a package that the table does not name',
    change: { 'mime/text.ts': "export const read = () => import('left-pad')" },
    found: ['mime/text.ts: imports the package left-pad'],
  },
  {
    comment: 'two files that import each other',
    change: {
      'crypto/a.ts': "import { b } from './b.js'\nexport const a = () => b",
      'crypto/b.ts': "import { a } from './a.js'\nexport const b = () => a",
    },
    found: ['crypto/a.ts: circle crypto/a.ts → crypto/b.ts → crypto/a.ts'],
  },
  {
    comment: 'two files of which one wants a type of the other',
    change: {
      'crypto/a.ts': "import { b } from './b.js'\nexport const a = () => b",
      'crypto/b.ts': "import type { a } from './a.js'\nexport const b = (it: typeof a) => it",
    },
    found: [],
  },
  {
    comment: 'the clock, chance and Node in the core',
    change: {
      'crypto/name.ts':
        'export const a = [Date.now(), Math.random(), new Date(), Buffer.from([]), globalThis.process.env]',
    },
    found: ['Date.now', 'Math.random', 'new Date()', 'Buffer', 'process'].map(
      (what) => `crypto/name.ts: looks at the host: ${what}`,
    ),
  },
  {
    comment: 'the same words where they read nothing',
    change: {
      'crypto/name.ts':
        "/** Date.now, Buffer */\nexport const a = { process: 'Math.random', at: new Date(0), b: (o: { Buffer: 1 }) => o.Buffer }",
    },
    found: [],
  },
]

describe('the constable', () => {
  test.each(cases)('$comment', ({ change, found }) => {
    expect(breaches({ ...fine, ...change })).toEqual(found)
  })
})

describe('the table', () => {
  test.each(Object.entries(rooms))('%s imports only rooms that stand before it', (name, { imports }) => {
    expect(names).toEqual(expect.arrayContaining([...imports, ...common]))
    const behind = imports.filter((other) => names.indexOf(other) >= names.indexOf(name))
    expect(behind).toEqual([])
  })
})

describe('the street', () => {
  test('is there', () => expect(Object.keys(sources)).toContain('errors/index.ts'))

  test('keeps its rules', () => expect(breaches(sources)).toEqual([]))

  const doors = Object.entries(sources).filter(([path]) => path.endsWith('/index.ts'))
  test.each(doors)('the first line of %s says what the room is for', (_, text) => expect(text).toMatch(/^\/\*\* \S/))
})

describe('tests that also run in a browser', () => {
  const shared = Object.entries(textsBelow('test', '.test.ts')).filter(
    ([path]) => !path.startsWith('house/') && !path.endsWith('.node.test.ts') && !isForNode(path),
  )

  test.each(shared)('%s wants nothing of Node (or is named *.node.test.ts)', (path, text) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
    const modules = referencesOf(file).filter(({ specifier, typeOnly }) => specifier.startsWith('node:') && !typeOnly)
    const looks = hostLooks(file).filter((look) => /Buffer|process/.test(look))
    expect([...modules, ...looks]).toEqual([])
  })
})

function isForNode(path: string): boolean {
  return rooms[path.split('/')[0] ?? '']?.node === true
}
