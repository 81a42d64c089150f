import type { Step } from '../verdict/index.js'

/** What to do about everything that went wrong, each advice once. */
export function remediesIn(steps: readonly Step[]): readonly string[] {
  const all = steps.flatMap(({ outcome, remedy, steps = [] }): readonly string[] => [
    ...(remedy !== undefined && (outcome === 'failed' || outcome === 'unknown') ? [remedy] : []),
    ...remediesIn(steps),
  ])
  return [...new Set(all)]
}

export function adviceLines(remedies: readonly string[]): readonly string[] {
  return remedies.length > 0 ? ['What to do:', ...remedies.map((remedy) => `  → ${remedy}`)] : []
}
