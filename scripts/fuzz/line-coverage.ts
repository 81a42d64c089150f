/** The lines of a source that have code, and those of them that were reached. Lines are counted from 1. */
export interface LineCoverage {
  readonly lines: ReadonlySet<number>
  readonly reached: ReadonlySet<number>
}

/** The part of a source map that is used. */
export interface SourceMap {
  readonly sources: readonly string[]
  readonly sourcesContent?: readonly (string | null)[]
  readonly mappings: string
}

/** Lines that hold nothing but what closes a block: they are reached when the block is left at its end, or never. */
const closing = /^[\s})\],;]*$/

/**
 * Finds for each source the lines that code was made of, and which of that code was reached.
 *
 * @param script - the text of the bundle.
 * @param reached - one octet for each character of it, 1 when it was reached.
 * @returns by the name of the source, as the map spells it. Lines that left no code, such as types, are not counted.
 */
export function lineCoverage(script: string, map: SourceMap, reached: Uint8Array): ReadonlyMap<string, LineCoverage> {
  const texts = map.sourcesContent?.map((text) => text?.split('\n') ?? []) ?? []
  const found = map.sources.map(() => ({ lines: new Set<number>(), reached: new Set<number>() }))
  const starts = lineStarts(script)
  for (const { generatedLine, generatedColumn, source, line } of segmentsOf(map.mappings)) {
    if (closing.test(texts[source]?.[line] ?? 'code')) continue
    const entry = found[source]
    entry?.lines.add(line + 1)
    if (reached[(starts[generatedLine] ?? 0) + generatedColumn] === 1) entry?.reached.add(line + 1)
  }
  return new Map(map.sources.map((name, index) => [name, found[index]!]))
}

/**
 * The lines of some functions of a source: those that write, in a file that reads and writes.
 *
 * @param names - of functions that stand by themselves, from `function` to a brace at the beginning of a line.
 */
export function linesOfFunctions(source: string, names: readonly string[]): ReadonlySet<number> {
  const lines = source.split('\n')
  const starts = lines.flatMap((line, index) => {
    const name = /^(?:export )?(?:async )?function\*? (\w+)/.exec(line)?.[1]
    return name !== undefined && names.includes(name) ? [index] : []
  })
  return new Set(
    starts.flatMap((start) => {
      const end = lines.indexOf('}', start)
      return Array.from({ length: end - start + 1 }, (_, index) => start + index + 1)
    }),
  )
}

interface Segment {
  readonly generatedLine: number
  readonly generatedColumn: number
  readonly source: number
  readonly line: number
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** @see ECMA-426, "mappings": lines are parted by `;`, segments by `,`, numbers are differences in base 64 VLQ. */
function segmentsOf(mappings: string): readonly Segment[] {
  const segments: Segment[] = []
  let [source, line] = [0, 0]
  for (const [generatedLine, text] of mappings.split(';').entries()) {
    let generatedColumn = 0
    for (const segment of text.split(',')) {
      const [columnStep, sourceStep, lineStep] = numbersOf(segment)
      if (columnStep === undefined) continue
      generatedColumn += columnStep
      if (sourceStep === undefined || lineStep === undefined) continue
      source += sourceStep
      line += lineStep
      segments.push({ generatedLine, generatedColumn, source, line })
    }
  }
  return segments
}

function numbersOf(segment: string): readonly number[] {
  const numbers: number[] = []
  let [value, shift] = [0, 0]
  for (const letter of segment) {
    const digit = alphabet.indexOf(letter)
    value += (digit & 31) << shift
    shift += 5
    if (digit & 32) continue
    numbers.push(value & 1 ? -(value >> 1) : value >> 1)
    value = shift = 0
  }
  return numbers
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
