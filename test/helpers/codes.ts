import { DirectError } from '../../src/errors/index.js'

/** The code of what a function throws; nothing when it does not throw. An error of any other family is passed on. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof DirectError) return error.code
    throw error
  }
  return undefined
}

/** The same for what a promise is rejected with. */
export async function codeOfRejection(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise
  } catch (error) {
    if (error instanceof DirectError) return error.code
    throw error
  }
  return undefined
}
