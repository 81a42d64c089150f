import { readName, writeName } from './name.js'
import { type Reader, uint16 } from './reader.js'
import { type RecordType, recordTypes, typeOf } from './record.js'

/** What is asked: a name and a type, in the class of the Internet. */
export interface Question {
  /** Whole, without search suffixes; a final dot says nothing. */
  readonly name: string
  readonly type: RecordType | number
}

const internet = 1

export function readQuestion(reader: Reader): Question {
  const name = readName(reader)
  const type = typeOf(reader.uint16())
  reader.uint16() // the class: whoever asked compares it with what was asked
  return { name, type }
}

export function writeQuestion({ name, type }: Question): readonly number[] {
  return [...writeName(name), ...uint16(typeof type === 'number' ? type : recordTypes[type]), ...uint16(internet)]
}
