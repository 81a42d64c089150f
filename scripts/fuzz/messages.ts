/** What the process that reads inputs is told, and what it tells. */

/** What one worker does. */
export interface Assignment {
  readonly target: string
  readonly seed: string
  readonly seedsFile: string
  /** Where the worker writes what it is reading: sequence number, running or not, length, then the input. */
  readonly currentFile: string
  /** It ends at this instant, in milliseconds since 1970, or after so many inputs. */
  readonly until: number
  readonly inputs: number
  /** One input in base64, which is read alone. */
  readonly replay?: string
}

/** The lines of a file that have code, and those that were not reached. */
export interface FileCoverage {
  readonly file: string
  readonly lines: number
  readonly missed: readonly number[]
}

/** What was found, and the input that shows it, in base64. `what` is for people: a stack, a time, a size. */
export interface Find {
  readonly kind: 'crash' | 'hang' | 'growth' | 'death'
  readonly what: string
  readonly input: string
}

export type Report =
  | { readonly type: 'find'; readonly find: Find }
  /** Slow or large: the parent reads it again alone before it believes it. */
  | { readonly type: 'suspect'; readonly kind: 'hang' | 'growth'; readonly input: string }
  /** Memory that stays after garbage is collected, with no single input to blame. */
  | { readonly type: 'grown'; readonly bytes: number }
  | ({ readonly type: 'done' } & Figures)
  | ({ readonly type: 'replayed' } & Replayed)

export interface Figures {
  readonly inputs: number
  readonly corpus: number
  readonly slowestMs: number
  readonly files: readonly FileCoverage[]
  /** Of the inputs that were kept: the same for the same seed and number of inputs. */
  readonly digest: string
}

export interface Replayed {
  /** `read`, the code of an error, or what crashed. */
  readonly what: string
  readonly crashed: boolean
  readonly ms: number
  readonly grownBytes: number
}
