import { describe, expect, test } from 'vitest'
import { textsBelow } from '../house/files.js'
import { rooms } from '../house/rooms.js'
import { reasonTables, sentences, unions } from './codes.js'
import { errorsPage } from './errors-page.js'

const sources = textsBelow('src', '.ts')

describe('docs/errors.md', () => {
  test('says what the sources say; --update writes it anew', async () => {
    await expect(errorsPage(sources, Object.keys(rooms))).toMatchFileSnapshot('../../docs/errors.md')
  })

  test('knows every table that a room makes its steps from', () => {
    const makers = Object.entries(sources).filter(
      ([path, text]) => /= stepsFrom\(/.test(text) && path !== 'verdict/reasons.ts',
    )
    expect(makers.length).toBeGreaterThan(0)
    const blind = makers.filter(([path, text]) => reasonTables({ [path]: text }).size === 0)
    expect(blind.map(([path]) => path)).toEqual([])
  })

  test('knows every code that is thrown', () => {
    const listed = unions(sources, 'ErrorCode').flatMap(({ codes }) => codes.map(({ code }) => code))
    const thrown = Object.values(sources).flatMap((text) =>
      [...text.matchAll(/'(ERR_[A-Z0-9_]+)'/g)].map(([, code]) => code),
    )
    expect([...new Set(thrown)].sort()).toEqual([...new Set(listed)].sort())
  })
})

describe('reading the sources', () => {
  test('a table of reasons', () => {
    const text =
      "const reasons: Reasons<'a-b' | 'c'> = { 'a-b': { message: 'No.', standard: 'AS-1' }, c: { message: 'Yes.' } }"
    expect([...reasonTables({ 'room/file.ts': text })]).toEqual([
      [
        'room',
        [
          { code: 'a-b', message: 'No.', standard: 'AS-1' },
          { code: 'c', message: 'Yes.' },
        ],
      ],
    ])
  })

  test('a union, with what is said of it and of its members', () => {
    const text = "/** Why\n * not. */\nexport type SomeErrorCode =\n  /** It is away. */\n  | 'ERR_A'\n  | 'ERR_B'\n"
    const codes = [
      { code: 'ERR_A', says: 'It is away.' },
      { code: 'ERR_B', says: '' },
    ]
    expect(unions({ 'room/errors.ts': text }, 'ErrorCode')).toEqual([
      { name: 'SomeErrorCode', says: 'Why not.', codes },
    ])
  })

  test('what errors say', () => {
    const text = ['throw new AError("ERR_A", `more than $', '{n} bytes`); fail("ERR_A", "none"); fail("b", "no")'].join(
      '',
    )
    expect([...sentences({ 'room/file.ts': text })]).toEqual([['ERR_A', ['more than … bytes', 'none']]])
  })
})
