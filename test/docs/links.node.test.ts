import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesBelow } from '../house/files.js'
import { anchorsOf, localLinks } from './markdown.js'

const root = new URL('../..', import.meta.url).pathname
const documents = ['README.md', 'CHANGELOG.md', ...filesBelow('docs', '.md').map((path) => `docs/${path}`)]

/** What is wrong with the links of a document: files that are not there, headings that are not in them. */
function brokenLinks(path: string, text: string): readonly string[] {
  return localLinks(text).filter((link) => {
    const [file = '', anchor] = link.split('#')
    const target = file ? join(root, dirname(path), file) : join(root, path)
    if (!existsSync(target)) return true
    return anchor !== undefined && !anchorsOf(file ? readFileSync(target, 'utf8') : text).includes(anchor)
  })
}

describe('links between the documents', () => {
  test.each(documents)('%s leads only to what is there', (path) => {
    expect(brokenLinks(path, readFileSync(join(root, path), 'utf8'))).toEqual([])
  })

  const cases = [
    { comment: 'a file that is there', text: '[a](docs/)', broken: [] },
    { comment: 'a file that is not', text: '[a](docs/nowhere.md)', broken: ['docs/nowhere.md'] },
    { comment: 'a heading that is there', text: '# One two\n[a](#one-two)', broken: [] },
    { comment: 'a heading that is not', text: '# One\n[a](#two)', broken: ['#two'] },
    { comment: 'another site, which is not asked', text: '[a](https://site.example/)', broken: [] },
  ]
  test.each(cases)('the check itself: $comment', ({ text, broken }) => {
    expect(brokenLinks('README.md', text)).toEqual(broken)
  })
})
