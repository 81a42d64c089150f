type Kind = abstract new (...args: never[]) => Error

/**
 * What a reader gives, or nothing when it throws an error of this kind: for those to whom bad bytes are an answer. Any
 * other error is a fault of ours or of the world, and is passed on.
 */
export function unlessThrown<Result>(kind: Kind, read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof kind) return undefined
    throw error
  }
}
