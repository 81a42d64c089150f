/** Writes docs/errors.md from the sources, so that the page can be compared with the one that is there. */

import { classDocs, type ReasonRow, reasonTables, type Union, unions, sentences as wordsOf } from './codes.js'

type Sources = Readonly<Record<string, string>>

const introduction = `# Codes

<!-- Made from the sources. After a change there: npx vitest run --project node test/docs/errors --update -->

Two kinds of codes, told apart by their letters. What is returned has a code in \`kebab-case\`: "no" is a normal answer, and comes with an explanation whose steps have codes of the same kind. What is thrown has a code in \`CAPITALS\`: the call was wrong, or the world is broken.

\`temporary: true\`, on a rejected recipient or an error, says that asking again later may help. \`explain(explanation)\` prints the steps; with \`{ redact: true }\` it leaves out addresses and certificates.
`

/** What each union of the agent is the answer to, in the order of the page. */
const answers: Readonly<Record<string, string>> = {
  RecipientProblem: '`sealed.rejected[].code`',
  MessageProblem: "`opened.code` of the kind `'rejected'`",
  LocalRecipientProblem: '`opened.rejected[].code`',
  PortProblem: "`opened.code` of the kind `'deferred'`",
  SelfProblem: '`code` of what `agent.check` finds',
}

/** The whole page. */
export function errorsPage(sources: Sources, rooms: readonly string[]): string {
  const tables = reasonTables(sources)
  const agent = tables.get('agent') ?? []
  const problems = unions(sources, 'Problem')
  const inOrder = rooms.filter((room) => tables.has(room)).reverse()
  const answered = new Set(Object.keys(answers).flatMap((name) => codesOf(problems, name)))
  const steps = new Map([...tables, ['agent', agent.filter(({ code }) => !answered.has(code))]])
  return [
    introduction,
    '## Answers of the agent\n',
    ...Object.entries(answers).flatMap(([name, where]) => answerSection(problems, name, where, agent)),
    '## Steps of explanations\n',
    'What explanations hold beside these answers, room by room, with the rule behind it and what to do. A step has one of four outcomes: `passed`, `failed`, `unknown`, `skipped`. Rules such as AS-63 are numbered after the Applicability Statement and its companions; those with RFC are sections.\n',
    ...inOrder.flatMap((room) => [`### ${room}\n`, reasonTable(steps.get(room) ?? []), '']),
    '## Errors\n',
    'Every error is a `DirectError`, which the front door exports: switch on its `code`. A message names offsets, OIDs, fields and limits, never content, addresses or keys; a `cause` may hold more, so do not log it. `…` stands for a value.\n',
    ...errorSections(unions(sources, 'ErrorCode'), sources),
  ].join('\n')
}

function codesOf(problems: readonly Union[], name: string): readonly string[] {
  return problems.filter((problem) => problem.name === name).flatMap(({ codes }) => codes.map(({ code }) => code))
}

function answerSection(
  problems: readonly Union[],
  name: string,
  where: string,
  rows: readonly ReasonRow[],
): readonly string[] {
  const union = problems.find((problem) => problem.name === name)
  if (!union) throw new Error(`${name} is not in the sources`)
  const named = union.codes.map(({ code }) => rows.find((row) => row.code === code) ?? { code, message: '' })
  return [`### ${where}\n`, `${union.says}\n`, reasonTable(named), '']
}

function reasonTable(rows: readonly ReasonRow[]): string {
  return table(
    ['code', 'what it says', 'what to do', 'rule'],
    rows.map(({ code, message, remedy = '', standard = '' }) => [`\`${code}\``, message, remedy, standard]),
  )
}

function errorSections(families: readonly Union[], sources: Sources): readonly string[] {
  const said = wordsOf(sources)
  const docs = classDocs(sources)
  return families.flatMap(({ name, codes }) => {
    const className = name.replace(/Code$/, '')
    const rows = codes.map(({ code, says }) => {
      const quoted = (said.get(code) ?? []).map((sentence) => `“${sentence}”`).join(', ')
      return [`\`${code}\``, [says, quoted].filter(Boolean).join(' ')]
    })
    return [`### ${className}\n`, `${docs.get(className) ?? ''}\n`, table(['code', 'when, and what it says'], rows), '']
  })
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
