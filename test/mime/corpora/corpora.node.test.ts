import { afterAll, describe, expect, test } from 'vitest'
import { borrowed } from '../../helpers/borrowed.node.js'
import { needs } from '../../helpers/needs.node.js'
import { disagreements } from './disagreements.js'
import { disagreementsWithPython } from './disagreements-with-python.js'
import { mime4j } from './mime4j.node.js'
import { python } from './python.node.js'
import { stalwart } from './stalwart.node.js'
import { wild } from './wild.node.js'

const names = [
  'stalwart-mail-parser',
  'mime4j-testmsgs',
  'python-email-data',
  'enmime-testdata',
  'ruby-mail-fixtures',
  'thunderbird-mime',
  'mimekit-testdata',
  'js-mail-parsers-fixtures',
  'johnny-you-are-fired',
]
const suites = [stalwart(), mime4j(), ...(needs('python3') ? names.map(python) : []), ...names.map(wild)]

const counts: string[] = []
afterAll(() => console.log(counts.join('\n')))

describe.skipIf(!borrowed)('messages that others published', () => {
  test.each(suites)(
    '$name: $against',
    async ({ name, against, cases }) => {
      const reasoned = new Map(
        [...disagreements, ...disagreementsWithPython]
          .filter((each) => each.suite === name && each.against === against)
          .flatMap(({ ids, at }) => ids.map((id) => [id, [...at].sort()] as const)),
      )
      const found = await Promise.all(
        cases.map(async (each) => [each.id, [...new Set(await each.differences())].sort()] as const),
      )
      const agree = found.filter(([, places]) => places.length === 0).length
      const failed = found
        .filter(([id, places]) => String(places) !== String(reasoned.get(id) ?? []))
        .map(([id, places]) => [id, ...places])
      const numbers = `${cases.length} cases, ${agree} agree, ${cases.length - agree - failed.length} disagree for a reason, ${failed.length} fail`
      counts.push(`${name} (${against}): ${numbers}`)
      expect(cases.length).toBeGreaterThan(0)
      // An agreement with what is listed as a disagreement fails as well.
      expect(failed).toEqual([])
      expect([...reasoned.keys()].filter((id) => !cases.some((each) => each.id === id))).toEqual([])
    },
    60_000,
  )
})
