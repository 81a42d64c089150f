import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { filesBelow } from '../house/files.js'
import { codeBlocks } from './markdown.js'

const root = new URL('../..', import.meta.url).pathname
const blocks = codeBlocks(readFileSync(`${root}docs/keys.md`, 'utf8'), 'ts')
const recipes = filesBelow('examples/keys', '.ts')

describe('the recipes in docs/keys.md', () => {
  test('are those of examples/keys, after the one that shows how they are used', () => {
    expect(recipes.length).toBeGreaterThan(0)
    expect(blocks).toHaveLength(recipes.length + 1)
  })

  test.each(recipes)('%s stands there as it is', (path) => {
    expect(blocks).toContain(readFileSync(`${root}examples/keys/${path}`, 'utf8'))
  })
})
