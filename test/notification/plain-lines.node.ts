import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { borrowed } from '../helpers/borrowed.node.js'

/** A borrowed file as lines, and what one of them says by a reading as plain as can be. Nothing of the library is used. */
export interface PlainFile {
  readonly bytes: Uint8Array
  /** The body of the field at a line, which must be of that name. Lines up to the next field belong to it, whether they are folded or not. @param line - from 1. */
  body(line: number, name: string): string
  text(line: number): string
}

export function plainFile(file: string): PlainFile {
  const bytes = readFileSync(join(borrowed ?? '', file))
  const lines = bytes.toString('latin1').split(/\r\n|\n|\r/)
  const text = (line: number) => lines[line - 1] ?? ''
  return {
    bytes: Uint8Array.from(bytes),
    text,
    body(line, name) {
      const first = text(line)
      if (!first.toLowerCase().startsWith(`${name.toLowerCase()}:`)) throw new Error(`line ${line} is no ${name}`)
      const rest = lines.slice(line)
      const end = rest.findIndex((next) => next.trim() === '' || /^([!-9;-~]+:|--)/.test(next))
      const more = rest.slice(0, end).map((next) => (/^[ \t]/.test(next) ? next : ` ${next}`))
      return [first.slice(name.length + 1), ...more].join('').trim()
    },
  }
}

/** What stands behind the first semicolon, or everything: `rfc822; a@b` says `a@b`. */
export function behindKind(body: string): string {
  return body.slice(body.indexOf(';') + 1).trim()
}

/** An address without its brackets. */
export function bareAddress(body: string): string {
  return behindKind(body).replace(/^</, '').replace(/>$/, '')
}

export function firstWord(body: string): string {
  return body.split(/[\s(]/)[0] ?? ''
}

export function firstAddress(line: string): string {
  return /[^\s<>:]+@[^\s<>:]+/.exec(line)?.[0] ?? ''
}
