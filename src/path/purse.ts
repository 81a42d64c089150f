import type { PathBudget } from './policy.js'

/** The search has spent what it may. It never leaves this room: it becomes an answer. */
export class PurseEmpty extends Error {}

type Expense = Exclude<keyof PathBudget, 'pathLength'>

/** What a search may still spend. */
export class Purse {
  readonly #left: Record<Expense, number>

  constructor({ signatures, candidates, comparisons }: PathBudget) {
    this.#left = { signatures, candidates, comparisons }
  }

  /** @throws {@link PurseEmpty} when there is not so much left. */
  pay(what: Expense, amount = 1): void {
    this.#left[what] -= amount
    if (this.#left[what] < 0) throw new PurseEmpty(what)
  }
}
