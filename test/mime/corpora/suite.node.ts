import { readFileSync } from 'node:fs'

/** Files that others published with what they should be read as. */
export interface Suite {
  readonly name: string
  /** What the reading of every file is held against. */
  readonly against: string
  readonly cases: readonly SuiteCase[]
}

export interface SuiteCase {
  /** The file, and where it has several readings, which. */
  readonly id: string
  /** Where we read something else: places, never what stands there. */
  readonly differences: () => readonly string[] | Promise<readonly string[]>
}

export function bytesOf(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path))
}

/** Collects the places where two values differ, by their paths. */
export function placesOf(path: string, ours: unknown, theirs: unknown): readonly string[] {
  if (Object.is(ours, theirs)) return []
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((each, index) => placesOf(`${path}/${index}`, each, theirs[index]))
  }
  if (isRecord(ours) && isRecord(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
    return keys.flatMap((key) => placesOf(`${path}/${key}`, ours[key], theirs[key]))
  }
  return [path]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
