/** What an independent program looks like to the matrix. */

import { told } from './material.js'
import type { Row } from './rows.js'

/** A message or its content; or why there is none: `says` when the program was asked, `cannot` when there is no way to ask. */
export type Outcome = { readonly bytes: Uint8Array } | { readonly says: string } | { readonly cannot: string }

export interface OpenJob {
  readonly row: Row
  readonly message: Uint8Array
  /** What a detached signature is over. */
  readonly content: Uint8Array
}

/**
 * An independent program.
 *
 * Everything is asked in one go, for some programs are slow to start. Answers come in the order of the questions. To
 * verify a detached signature gives the content that was given.
 */
export interface Peer {
  readonly name: string
  /** How it is asked, for the page. */
  readonly through: string
  /** How a Debian machine gets it, for the page. */
  readonly install: string
  /** What it does at all; it is not asked for rows of other kinds. */
  readonly kinds: readonly Row['kind'][]
  /** Its version, or nothing when it is not on this machine. */
  version(): Promise<string | undefined>
  /** @param letter - this library's message, for `other`, which notifications answer. */
  make(rows: readonly Row[], content: Uint8Array, letter: Uint8Array): Promise<readonly Outcome[]>
  open(jobs: readonly OpenJob[]): Promise<readonly Outcome[]>
}

/**
 * Whether an outcome is what it should be: the content, octet for octet; of a whole message its body, under any header;
 * of a notification what it tells.
 */
export function isContent(row: Row, bytes: Uint8Array, content: Uint8Array): boolean {
  const [text, whole] = [bytes, content].map((each) => new TextDecoder('latin1').decode(each)) as [string, string]
  if (row.kind === 'notification') return text === told
  if (row.kind !== 'message') return text === whole
  const body = whole.slice(whole.indexOf('\r\n\r\n'))
  return text.endsWith(body)
}

/** @throws what was said instead. */
export function bytesOf(outcome: Outcome): Uint8Array {
  if ('bytes' in outcome) return outcome.bytes
  throw new Error('says' in outcome ? outcome.says : outcome.cannot)
}

/** Runs one after the other; what is thrown becomes what the program says. */
export async function each<T>(
  items: readonly T[],
  run: (item: T) => Promise<Outcome> | Outcome,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const item of items) {
    try {
      outcomes.push(await run(item))
    } catch (error) {
      outcomes.push({ says: error instanceof Error ? error.message : String(error) })
    }
  }
  return outcomes
}

export const cannot = (why: string): Outcome => ({ cannot: why })
