/** The street's constable: reads sources and says which of them break the rules of `rooms.ts`. */

import ts from 'typescript'
import { common, frontDoor, hostFiles, type Room, rooms } from './rooms.js'

/** Sources by their path below `src/`, such as `asn1/reader.ts`. */
export type Sources = Readonly<Record<string, string>>

/** One import, export … from or `import()` of a file. */
interface Reference {
  readonly specifier: string
  /** True when the compiler erases it: `import type` and `export type`. */
  readonly typeOnly: boolean
}

/** Every breach of the rules in these sources, each as one line: the file, then what is wrong. */
export function breaches(sources: Sources): readonly string[] {
  const parsed = Object.entries(sources).map(([path, text]) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
    return { path, file, references: referencesOf(file) }
  })
  const graph = new Map(parsed.map(({ path, references }) => [path, valueTargets(path, references)]))
  return [
    ...parsed.filter(({ path }) => !ruleOf(path)).map(({ path }) => `${path}: stands in no known room`),
    ...parsed.flatMap(({ path, references }) => references.flatMap((it) => wrongImport(path, it, sources))),
    ...parsed.flatMap(({ path, file }) => (mayLookAtHost(path) ? [] : hostLooks(file).map((it) => `${path}: ${it}`))),
    ...circles(graph).map((circle) => `${circle[0]}: circle ${circle.join(' → ')}`),
  ]
}

/** What a file refers to, wherever in it: statements, `import()` calls and `import('…').Type`. */
export function referencesOf(file: ts.SourceFile): readonly Reference[] {
  return nodesOf(file).flatMap((node) => {
    const reference = referenceOf(node)
    return reference ? [reference] : []
  })
}

function referenceOf(node: ts.Node): Reference | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    return { specifier: node.moduleSpecifier.text, typeOnly }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments
    const specifier = argument && ts.isStringLiteralLike(argument) ? argument.text : '(computed)'
    return { specifier, typeOnly: false }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, typeOnly: true }
  }
  return undefined
}

function wrongImport(path: string, { specifier, typeOnly }: Reference, sources: Sources): readonly string[] {
  const say = (what: string) => [`${path}: ${what}`]
  const name = roomOf(path)
  const room = ruleOf(path)
  if (!room) return []
  if (specifier.startsWith('node:')) return room.node ? [] : say(`imports ${specifier}`)
  if (!specifier.startsWith('.')) return allowsPackage(room, specifier) ? [] : say(`imports the package ${specifier}`)
  const target = targetOf(path, specifier)
  if (!(target in sources)) return say(`imports ${specifier}, which is not there`)
  const other = roomOf(target)
  if (other === name) {
    return isDoor(target) && !typeOnly ? say('imports a value from its own door') : []
  }
  if (!isDoor(target)) return say(`reaches past the door of ${other}: ${specifier}`)
  const allowed = [...room.imports, ...commonBefore(name)]
  return allowed.includes(other) ? [] : say(`may not import ${other || 'the front door'}`)
}

/** `errors` and `bytes` are open to everybody behind them on the street; `verdict` counts as behind both. */
function commonBefore(name: string): readonly string[] {
  if (name === 'errors') return []
  return name === 'bytes' ? ['errors'] : common
}

function allowsPackage(room: Room, specifier: string): boolean {
  return (room.packages ?? []).some((name) => specifier === name || specifier.startsWith(`${name}/`))
}

function mayLookAtHost(path: string): boolean {
  return hostFiles.includes(path) || ruleOf(path)?.node === true
}

/** Where a file looks at the host: `Buffer`, `process`, `Date.now`, `Math.random`, `new Date()`, `performance.now`. */
export function hostLooks(file: ts.SourceFile): readonly string[] {
  return nodesOf(file).flatMap((node) => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
      return ['looks at the host: new Date()']
    if (!ts.isIdentifier(node)) return []
    const owner = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node && node.parent.expression
    const name = owner ? `${owner.getText()}.${node.text}`.replace(/^(globalThis|window|self)\??\./, '') : node.text
    const isLook = ['Date.now', 'Math.random', 'performance.now'].includes(name)
    const isHost = ['Buffer', 'process'].includes(name) && !isOnlyAName(node)
    return isLook || isHost ? [`looks at the host: ${name}`] : []
  })
}

/** True for `{ process: 1 }`, `interface X { process(): void }` and the like, where the word reads nothing. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent)
  return named && parent.name === node
}

/** Circles of files that import values from each other, each from its first file round to itself. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const done = new Set<string>()
  const found: string[][] = []
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) found.push([...trail.slice(at), path])
    if (at >= 0 || done.has(path)) return
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) walk(path, [])
  return found
}

function valueTargets(path: string, references: readonly Reference[]): readonly string[] {
  return references
    .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.'))
    .map(({ specifier }) => targetOf(path, specifier))
}

/** The file below `src/` that a relative specifier means: `./reader.js` in `asn1/oid.ts` is `asn1/reader.ts`. */
function targetOf(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1).replace(/\.js$/, '.ts')
}

function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

function ruleOf(path: string): Room | undefined {
  if (path === 'index.ts') return frontDoor
  const name = roomOf(path)
  return Object.hasOwn(rooms, name) ? rooms[name] : undefined
}

function isDoor(path: string): boolean {
  return /^[^/]*\/?index\.ts$/.test(path)
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
