import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

// `exports` of package.json is the one list of what the package offers; each of its subpaths is an entry here.
const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> }

/** Entries by output name: `index` is the short list, `asn1/index` a room's door. */
export const entry: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(exports)
    .filter((subpath) => !subpath.endsWith('.json'))
    .map((subpath) => `${subpath}/index`.slice('./'.length))
    .map((name) => [name, `src/${name}.ts`]),
)

export default defineConfig({
  entry: { ...entry },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  splitting: true, // one copy of each error class, whichever subpath it is reached by
  sourcemap: true,
  clean: true,
  dts: false, // declarations are tsc's: they mirror the rooms (tsconfig.node.json)
  removeNodeProtocol: false,
  external: [/^node:/],
})
