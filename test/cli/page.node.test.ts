import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/cli/command.js'
import { commands } from '../../src/cli/commands.js'
import { codeBlocks } from '../docs/markdown.js'
import { ran } from './ran.js'

const page = readFileSync(new URL('../../docs/command.md', import.meta.url), 'utf8')
const names = Object.keys(commands)

/** What stands below a heading of the second level, up to the next one. */
function section(title: string): string {
  const [, text] = new RegExp(`^## ${title}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(page) ?? []
  return text ?? ''
}

/** The cells of the rows of a table, without its head and the line below that. */
function rowsOf(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ')).slice(2)
}

function written(name: string, { value }: Command['options'][string]): string {
  return `\`--${value === undefined ? name : `${name} ${value}`}\``
}

/** The command lines of an example: those parts of it that call the command, without where their output goes. */
function commandLines(text: string): readonly (readonly string[])[] {
  return codeBlocks(text, 'sh')
    .flatMap((block) => block.split(/[\n|]/))
    .map((line) => line.replace(/ [<>] \S+/g, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1')))
}

describe('docs/command.md', () => {
  test('has a section for each command, and one for the options', () => {
    const titles = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)
    expect(titles).toEqual([...names, 'Options'])
  })

  test.each(names)('%s: what it is called with, its options and its exit codes', (name) => {
    const { operands, options, exitCodes } = commands[name]!
    const text = section(name)
    expect(text).toContain(`\n\`${`direct-smime ${name} [OPTIONS] ${operands}`.trim()}\` `)
    const list = Object.entries(options).map(([option, each]) => written(option, each))
    if (list.length > 0) expect(text).toContain(`\nOptions: ${list.join(', ')}.\n`)
    else expect(text).not.toContain('Options:')
    expect(rowsOf(text)).toEqual(Object.entries(exitCodes))
  })

  test('the options, with the commands that have them', () => {
    const of = new Map<string, string[]>()
    for (const name of names) {
      for (const [option, each] of Object.entries(commands[name]!.options)) {
        const row = `${written(option, each)} | ${each.help}`
        of.set(row, [...(of.get(row) ?? []), name])
      }
    }
    const rows = [...of].map(([row, commands]) => `${row} | ${commands.join(', ')}`).sort()
    expect(rowsOf(section('Options')).map((cells) => cells.join(' | '))).toEqual(rows)
  })

  const lines = commandLines(page)
  test('has an example of each command', () => {
    expect(new Set(lines.map(([, name]) => name))).toEqual(new Set(names))
  })

  // The help comes after what was written has been understood, and before any of it is done.
  test.each(lines.map((words) => ({ line: words.join(' '), words })))('$line', async ({ words }) => {
    const [program, ...rest] = words
    const { code, complained } = await ran(...rest, '--help')
    expect({ program, code, complained }).toEqual({ program: 'direct-smime', code: 0, complained: '' })
  })

  test('an example with a slip in it would be noticed', async () => {
    const [words = []] = commandLines('```sh\ndirect-smime seal --identities a.p12 letter.eml > sealed.eml\n```\n')
    expect((await ran(...words.slice(1), '--help')).code).toBe(64)
  })
})
