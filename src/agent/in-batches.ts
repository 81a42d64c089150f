/** Questions that are asked at a time: enough that they overlap, not so many that a store is flooded. */
const batchSize = 16

/** Asks for every item, some at a time, and keeps their order. */
export async function inBatches<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let from = 0; from < items.length; from += batchSize) {
    answers.push(...(await Promise.all(items.slice(from, from + batchSize).map(ask))))
  }
  return answers
}
