import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { decodeLatin1, equal } from '../../../src/bytes/index.js'
import { decodeBody, type Entity, parseEntity, unwrapMessage } from '../../../src/mime/index.js'
import { borrowedFiles } from '../../helpers/borrowed.node.js'
import { bytesOf, placesOf, type Suite, type SuiteCase } from './suite.node.js'

/** What mime4j reads in a message, in the order of its events. */
interface Node {
  readonly fields: readonly string[]
  /** As it stands there, or the file with what it decodes to. */
  body?: string
  message?: Node
  preamble?: string
  parts?: Node[]
  epilogue?: string
}

export function mime4j(): Suite {
  const messages = borrowedFiles('mime4j-testmsgs', '.msg')
  const cases = messages.flatMap(({ name, path }) =>
    ['', '_decoded'].flatMap((form): SuiteCase[] => {
      const events = path.replace(/\.msg$/, `${form}.xml`)
      if (!existsSync(events)) return []
      const differences = () => {
        const theirs = nodeOf(tokensOf(decodeLatin1(bytesOf(events))))
        const folder = dirname(path)
        return placesOf('', readingOf(parseEntity(bytesOf(path)), theirs, form !== '', folder), theirs)
      }
      return [{ id: `${name}${form}`, differences }]
    }),
  )
  return { name: 'mime4j-testmsgs', against: 'parser events, and decoded bodies', cases }
}

const lines = (text: string) => text.replace(/\r\n/g, '\n')

interface Token {
  readonly tag: string
  readonly text: string
  readonly file: string | undefined
}

/** The tags in order, each with the text behind it. */
function tokensOf(xml: string): Token[] {
  return [...lines(xml).matchAll(/<(\/?[a-z-]+)(?: name="([^"]*)")?\/?>\n?([^<]*)/g)].map(
    ([, tag = '', file, text = '']) => ({
      tag,
      file,
      text: text
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&amp;/g, '&'),
    }),
  )
}

/** Reads one message or part, from its opening tag to its closing one. */
function nodeOf(tokens: Token[]): Node {
  const end = `/${tokens.shift()?.tag}`
  const fields: string[] = []
  const node: Node = { fields }
  for (let next = tokens[0]; next && next.tag !== end; next = tokens[0]) {
    if (next.tag === 'message') node.message = nodeOf(tokens)
    else if (next.tag === 'body-part') node.parts = [...(node.parts ?? []), nodeOf(tokens)]
    else {
      if (next.tag === 'field') fields.push(next.text)
      else if (next.tag === 'body' || next.tag === 'preamble' || next.tag === 'epilogue') node[next.tag] = next.text
      else if (next.file !== undefined) node.body = next.file
      else if (next.tag === 'multipart') node.parts ??= []
      tokens.shift()
    }
  }
  tokens.shift()
  return node
}

/** Our reading in the same form; a message inside is opened where mime4j opens it. */
function readingOf(entity: Entity, theirs: Node | undefined, isDecoded: boolean, folder: string): Node {
  const fields = entity.header.fields.map(({ bytes }) => lines(decodeLatin1(bytes)).replace(/\n$/, ''))
  if (entity.preamble !== undefined) {
    return {
      fields,
      ...(entity.preamble.length > 0 && { preamble: lines(decodeLatin1(entity.preamble)) }),
      parts: entity.parts.map((part, index) => readingOf(part, theirs?.parts?.[index], isDecoded, folder)),
      ...(entity.epilogue!.length > 0 && { epilogue: lines(decodeLatin1(entity.epilogue!)) }),
    }
  }
  const message = theirs?.message && unwrapMessage(entity)
  if (message) return { fields, message: readingOf(parseEntity(message), theirs?.message, isDecoded, folder) }
  if (!isDecoded) return { fields, body: lines(decodeLatin1(entity.body)) }
  const file = theirs?.body ?? ''
  const path = join(folder, file)
  const content = decodeBody(entity)
  const isSame =
    file !== '' &&
    existsSync(path) &&
    (equal(content, bytesOf(path)) || lines(decodeLatin1(content)) === lines(decodeLatin1(bytesOf(path))))
  return { fields, body: isSame ? file : 'something else' }
}
