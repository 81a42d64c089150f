import type { MutatorName } from './mutators.js'
import type { SeedKind } from './seeds.js'

type ErrorKind = abstract new (...args: never[]) => Error

/** Something that reads bytes of strangers. Adding a parser is adding one of these to a table in `targets/`. */
export interface Target {
  readonly name: string
  /** The files below `src/` whose lines count for its coverage. */
  readonly files: readonly string[]
  /** Functions of those files that read nothing: they write, or use what others have read. Their lines do not count. */
  readonly aside?: readonly string[]
  readonly seeds: readonly SeedKind[]
  /** More seeds, of forms that no file has; the same ones every time. */
  made?(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>
  readonly mutators: readonly MutatorName[]
  /** What it may throw. Anything else is a crash. */
  readonly own: readonly ErrorKind[]
  /**
   * Reads an input, and whatever of the answer is only read when it is asked for. A rule that must hold for every answer
   * is checked here too: a {@link Broken} rule is a crash.
   */
  run(input: Uint8Array): void | Promise<void>
}

/** A rule that an answer breaks: read, written and read again it is something else, say. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

/** @throws {@link Broken} when the two are not the same. */
export function same(rule: string, left: unknown, right: unknown): void {
  if (Object.is(left, right)) return
  throw new Broken(rule)
}

/** What became of an input: nothing when it was read, the code of an error of its own, or what is wrong. */
export type Outcome = { readonly code?: string } | { readonly crash: unknown }

/** The longest message of an error: it holds no part of the input. */
const maxMessage = 250

export async function outcomeOf(target: Target, input: Uint8Array): Promise<Outcome> {
  try {
    const running = target.run(input)
    if (running) await running
    return {}
  } catch (error) {
    if (!(error instanceof Error) || !target.own.some((kind) => error instanceof kind)) return { crash: error }
    if (error.message.length > maxMessage) return { crash: new Broken('an error message that holds the input') }
    return { code: 'code' in error ? String(error.code) : error.name }
  }
}
