import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decodeLatin1 } from '../../../src/bytes/index.js'
import { decodeBody, type Entity, type Field, parseEntity, unwrapMessage } from '../../../src/mime/index.js'
import { borrowedFiles } from '../../helpers/borrowed.node.js'
import { bytesOf, placesOf, type Suite } from './suite.node.js'

/** What Python's email package reads in a message; octets are characters of Latin-1. */
interface Node {
  readonly type: string
  readonly fields: readonly (readonly [name: string, body: string])[]
  readonly body?: string
  readonly message?: Node
  readonly preamble?: string
  readonly parts?: readonly Node[]
  readonly epilogue?: string
}

export const treesOfPython = "trees of Python's email"

const program = fileURLToPath(new URL('structure.py', import.meta.url))

/** Every message of a suite, held against the tree that Python's email package makes of it. */
export function python(name: string): Suite {
  const files = borrowedFiles(name, '').filter(({ path }) => statSync(path).isFile())
  let trees: readonly Node[] | undefined
  const cases = files.map(({ name, path }, index) => ({
    id: name,
    differences: () => {
      trees ??= treesOf(files.map((file) => file.path))
      const theirs = trees[index]!
      return placesOf('', readingOf(parseEntity(bytesOf(path)), theirs), read(theirs))
    },
  }))
  return { name, against: treesOfPython, cases }
}

function treesOf(paths: readonly string[]): readonly Node[] {
  const input = `${paths.join('\n')}\n`
  const printed = execFileSync('python3', [program], { input, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Node)
}

const lines = (text: string) => text.replace(/\r\n?/g, '\n')

/** A field as it is compared: the white space of its folds is one blank. */
const fieldOf = (name: string, body: string) => `${name.trim().toLowerCase()}: ${body.replace(/\s+/g, ' ').trim()}`

function read(node: Node): unknown {
  return {
    ...node,
    fields: node.fields.map(([name, body]) => fieldOf(name, body)),
    ...(node.body !== undefined && { body: lines(node.body) }),
    ...(node.preamble !== undefined && { preamble: lines(node.preamble) }),
    ...(node.epilogue !== undefined && { epilogue: lines(node.epilogue) }),
    ...(node.message && { message: read(node.message) }),
    ...(node.parts && { parts: node.parts.map(read) }),
  }
}

function readingOf(entity: Entity, theirs: Node | undefined): unknown {
  const { header, contentType, parts, preamble, epilogue } = entity
  const whole = { type: `${contentType.type}/${contentType.subtype}`, fields: header.fields.map(rawField) }
  // A multipart whose boundary never occurs is text, to both.
  if (parts.length > 0 && preamble !== undefined && epilogue !== undefined) {
    return {
      ...whole,
      preamble: lines(decodeLatin1(preamble)),
      parts: parts.map((part, index) => readingOf(part, theirs?.parts?.[index])),
      epilogue: lines(decodeLatin1(epilogue)),
    }
  }
  if (theirs?.message) {
    return { ...whole, message: readingOf(parseEntity(unwrapMessage(entity) ?? decodeBody(entity)), theirs.message) }
  }
  const isList = theirs?.type === 'message/delivery-status' && theirs.body === undefined
  return { ...whole, ...(!isList && { body: lines(decodeLatin1(decodeBody(entity))) }) }
}

function rawField({ name, bytes }: Field): string {
  const text = decodeLatin1(bytes)
  return fieldOf(name, text.slice(text.indexOf(':') + 1))
}
