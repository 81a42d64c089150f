import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

// `exports` of package.json is the one list of what the package offers; each of its subpaths is an entry here, and so is
// each program of `bin`.
const { exports, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, unknown>
  bin: Record<string, string>
}

/** Entries by output name: `index` is the short list, `asn1/index` a room's door. */
export const entry: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(exports)
    .filter((subpath) => !subpath.endsWith('.json'))
    .map((subpath) => `${subpath}/index`.slice('./'.length))
    .map((name) => [name, `src/${name}.ts`]),
)

/** Programs by output name: `cli/main`. */
const programs = Object.fromEntries(
  Object.values(bin)
    .map((file) => file.replace(/^dist\/(.*)\.js$/, '$1'))
    .map((name) => [name, `src/${name}.ts`]),
)

export default defineConfig({
  entry: { ...entry, ...programs },
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
