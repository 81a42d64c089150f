/** Reads the checkout for the tests of the house. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The text of a file of the checkout. */
export const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8')

/** The files below a folder of the checkout whose names end so, by their path below it, in order. */
export function filesBelow(folder: string, end: string): readonly string[] {
  if (!existsSync(`${root}/${folder}`)) return []
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(end))
    .sort()
}

/** Texts by path, for all such files. */
export function textsBelow(folder: string, end: string): Readonly<Record<string, string>> {
  return Object.fromEntries(filesBelow(folder, end).map((path) => [path, read(`${folder}/${path}`)]))
}
