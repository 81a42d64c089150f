import { describe, expect, test } from 'vitest'
import { tally } from '../../scripts/house-reporter.js'
import { entry } from '../../tsup.config.js'
import { filesBelow, read } from './files.js'
import { faultsOf, type Lock } from './lock.js'
import { rooms } from './rooms.js'

interface Manifest {
  readonly type: string
  readonly sideEffects: boolean
  readonly engines: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const manifest = JSON.parse(read('package.json')) as Manifest
const present = [
  ...new Set(
    filesBelow('src', '.ts')
      .filter((path) => path.includes('/'))
      .map((path) => path.split('/')[0] ?? ''),
  ),
]
const open = present.filter((room) => rooms[room]?.open !== false).sort()
const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== '.' && subpath !== './package.json')

describe('package.json', () => {
  test('opens one subpath for each room of src/ that the table calls open', () => {
    expect(subpaths.sort()).toEqual(open.map((room) => `./${room}`))
  })

  test.each(['.', ...subpaths])('%s leads to its declarations first, then to its code', (subpath) => {
    const base = subpath === '.' ? './dist/index' : `./dist/${subpath.slice(2)}/index`
    const target = manifest.exports[subpath]
    expect(target).toEqual({ types: `${base}.d.ts`, default: `${base}.js` })
    expect(Object.keys(target ?? {})).toEqual(['types', 'default'])
  })

  test('is built from one entry for each subpath', () => {
    const wanted = open.map((room) => [`${room}/index`, `src/${room}/index.ts`])
    expect(entry).toEqual({ index: 'src/index.ts', ...Object.fromEntries(wanted) })
  })

  test('is ESM, without side effects, for Node 20.19 and later', () => {
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false, engines: { node: '>=20.19' } })
  })

  test('names exact versions', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })

  test('depends on every package that a room may import', () => {
    const known = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    expect(known).toEqual(expect.arrayContaining(Object.values(rooms).flatMap(({ packages = [] }) => packages)))
  })
})

describe('the lockfile', () => {
  const lock = JSON.parse(read('package-lock.json')) as Lock

  test('has no download addresses and every platform package', () => expect(faultsOf(lock)).toEqual([]))

  const tool = { version: '1.0.0', optionalDependencies: { 'tool-linux': '1.0.0' } }
  const cases = [
    {
      comment: 'a platform package that is left out',
      packages: { '': {}, 'node_modules/tool': tool },
      faults: ['node_modules/tool: lacks tool-linux'],
    },
    {
      comment: 'one that stands in the folder of the same importer',
      packages: { '': {}, 'node_modules/tool': tool, 'node_modules/tool/node_modules/tool-linux': {} },
      faults: [],
    },
    {
      comment: 'one that stands in a folder above',
      packages: { 'node_modules/@a/b/node_modules/tool': tool, 'node_modules/@a/b/node_modules/tool-linux': {} },
      faults: [],
    },
    {
      comment: 'one that stands where the importer does not look',
      packages: { 'node_modules/tool': tool, 'node_modules/other/node_modules/tool-linux': {} },
      faults: ['node_modules/tool: lacks tool-linux'],
    },
    {
      comment: 'a download address',
      packages: { 'node_modules/a': { resolved: 'https://registry.example/a.tgz' } },
      faults: ['node_modules/a: has a download address'],
    },
  ]
  test.each(cases)('$comment', ({ packages, faults }) => expect(faultsOf({ packages })).toEqual(faults))
})

describe('the tally of a run', () => {
  test('counts what passed and names what did not run', () => {
    const ran = (fullName: string, state: 'passed' | 'skipped') =>
      ({ fullName, result: () => ({ state }) }) as Parameters<typeof tally>[0] extends Iterable<infer T> ? T : never
    expect(tally([ran('a', 'passed'), ran('b', 'skipped'), ran('c', 'passed')])).toEqual({ passed: 2, skipped: ['b'] })
  })
})
