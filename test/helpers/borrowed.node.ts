import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of test data that others published, which is not part of this repository; tests skip without it. */
export const borrowed: string | undefined = process.env.DIRECT_SMIME_VECTORS

/** The files of a borrowed suite whose names end in one of these, in order. */
export function borrowedFiles(suite: string, ...endings: readonly string[]): readonly { name: string; path: string }[] {
  if (!borrowed) return []
  const root = join(borrowed, suite, 'files')
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .sort()
    .map((name) => ({ name, path: join(root, name) }))
}

/** The inputs of a corpus of OpenSSL's fuzzer. */
export function fuzzCorpus(name: 'asn1' | 'x509' | 'crl' | 'cms'): readonly { id: string; input: Uint8Array }[] {
  if (!borrowed) return []
  const lines = readFileSync(join(borrowed, 'openssl-fuzz-corpora', 'files', `${name}.jsonl`), 'utf8')
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; base64: string })
    .map(({ id, base64 }) => ({ id, input: Uint8Array.from(Buffer.from(base64, 'base64')) }))
}

type Kind = abstract new (...args: never[]) => Error

/**
 * Runs a reader over inputs, of which none may make it throw anything but errors of its own kinds, or take long.
 *
 * @returns how many were read, the time of the slowest in milliseconds, and what else was thrown.
 */
export function readAll(
  inputs: readonly { id: string; input: Uint8Array }[],
  read: (input: Uint8Array) => unknown,
  own: readonly Kind[],
): { readonly good: number; readonly slowestMs: number; readonly strangers: readonly string[] } {
  const results = inputs.map(({ id, input }) => {
    const first = timed(() => read(input))
    // A second time when it was slow: the first may have paid for compiling or collecting.
    const again = first.ms > 20 ? timed(() => read(input)) : first
    const { error } = first
    const stranger = error !== undefined && !own.some((kind) => error instanceof kind)
    return {
      ms: Math.min(first.ms, again.ms),
      good: error === undefined,
      stranger: stranger && `${id}: ${String(error)}`,
    }
  })
  return {
    good: results.filter(({ good }) => good).length,
    slowestMs: Math.max(...results.map(({ ms }) => ms)),
    strangers: results.flatMap(({ stranger }) => stranger || []),
  }
}

function timed(run: () => unknown): { readonly ms: number; readonly error?: unknown } {
  const start = performance.now()
  try {
    run()
    return { ms: performance.now() - start }
  } catch (error) {
    return { ms: performance.now() - start, error }
  }
}
