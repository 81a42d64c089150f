/** Reads out of the sources every code that this library answers or throws with, and what it says about each. */

import ts from 'typescript'

/** Sources by their path below `src/`. */
type Sources = Readonly<Record<string, string>>

/** A row of a table of reasons. */
export interface ReasonRow {
  readonly code: string
  readonly message: string
  readonly remedy?: string
  readonly standard?: string
}

/** The codes of a kind of answer: a union of string literals with a docstring. */
export interface Union {
  readonly name: string
  readonly says: string
  readonly codes: readonly { readonly code: string; readonly says: string }[]
}

/** What the errors of one code say, as far as it stands literally where they are thrown. */
export type Sentences = ReadonlyMap<string, readonly string[]>

/** The tables of reasons, by room: every object literal that is declared as `Reasons<…>`. */
export function reasonTables(sources: Sources): ReadonlyMap<string, readonly ReasonRow[]> {
  const tables = new Map<string, readonly ReasonRow[]>()
  for (const { path, file } of parsed(sources)) {
    const rows = nodesOf(file).flatMap((node) => {
      const isTable = ts.isVariableDeclaration(node) && node.type?.getText(file).startsWith('Reasons<')
      if (!isTable || !node.initializer || !ts.isObjectLiteralExpression(node.initializer)) return []
      return node.initializer.properties.map((property) => reasonRow(property, path))
    })
    const [room = ''] = path.split('/')
    if (rows.length > 0) tables.set(room, [...(tables.get(room) ?? []), ...rows])
  }
  return tables
}

function reasonRow(property: ts.ObjectLiteralElementLike, path: string): ReasonRow {
  const row = ts.isPropertyAssignment(property) ? property.initializer : undefined
  if (!row || !property.name || !ts.isObjectLiteralExpression(row))
    throw new Error(`${path}: a reason that is no literal`)
  const words = row.properties.map((word) => {
    const literal = ts.isPropertyAssignment(word) ? word.initializer : undefined
    if (!literal || !ts.isStringLiteralLike(literal)) throw new Error(`${path}: a sentence that is no literal`)
    return [word.name?.getText(), literal.text] as const
  })
  return { code: textOf(property.name), message: '', ...Object.fromEntries(words) }
}

/** Unions of string literals whose name ends so. A union that is made of others has those codes not. */
export function unions(sources: Sources, end: string): readonly Union[] {
  return parsed(sources).flatMap(({ file }) =>
    nodesOf(file)
      .filter((node) => ts.isTypeAliasDeclaration(node))
      .filter(({ name }) => name.text.endsWith(end))
      .map((node) => ({
        name: node.name.text,
        says: docOf(node, file),
        codes: (ts.isUnionTypeNode(node.type) ? [...node.type.types] : [node.type]).flatMap((member) =>
          ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal)
            ? [{ code: member.literal.text, says: docBefore(member, node, file) }]
            : [],
        ),
      })),
  )
}

/** What is said where an error is made: the text behind its code, `…` where it holds a value. */
export function sentences(sources: Sources): Sentences {
  const found = new Map<string, readonly string[]>()
  for (const { file } of parsed(sources)) {
    for (const node of nodesOf(file)) {
      const [code, message] = ts.isNewExpression(node) || ts.isCallExpression(node) ? (node.arguments ?? []) : []
      if (!code || !message || !ts.isStringLiteral(code) || !code.text.startsWith('ERR_')) continue
      const said = sentence(message)
      const known = found.get(code.text) ?? []
      if (said !== undefined && !known.includes(said)) found.set(code.text, [...known, said])
    }
  }
  return found
}

function sentence(message: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(message)) return message.text
  if (!ts.isTemplateExpression(message)) return undefined
  return [message.head.text, ...message.templateSpans.map(({ literal }) => literal.text)].join('…')
}

/** What is said of the classes, by name. */
export function classDocs(sources: Sources): ReadonlyMap<string, string> {
  const classes = parsed(sources).flatMap(({ file }) =>
    nodesOf(file).flatMap((node) =>
      ts.isClassDeclaration(node) && node.name ? [[node.name.text, docOf(node, file)] as const] : [],
    ),
  )
  return new Map(classes)
}

function docOf(node: ts.Node, file: ts.SourceFile): string {
  return docIn(file.text.slice(node.getFullStart(), node.getStart(file)))
}

/** The docstring of a member of a union stands before its bar, and so behind the member before it. */
function docBefore(member: ts.Node, union: ts.Node, file: ts.SourceFile): string {
  const before = file.text.slice(union.getStart(file), member.getStart(file))
  return docIn(before.slice(before.lastIndexOf("'") + 1).replace(/\|\s*$/, ''))
}

/** The last docstring of a text, on one line; nothing when something else stands behind it. */
function docIn(text: string): string {
  const [, doc = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text) ?? []
  const lines = doc.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim())
  return lines.join(' ').trim()
}

function textOf(name: ts.PropertyName): string {
  return ts.isStringLiteral(name) || ts.isIdentifier(name) ? name.text : name.getText()
}

function parsed(sources: Sources): readonly { readonly path: string; readonly file: ts.SourceFile }[] {
  return Object.entries(sources).map(([path, text]) => ({
    path,
    file: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
  }))
}

function nodesOf(root: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(root)
  return nodes
}
