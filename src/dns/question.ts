import { readName, writeName } from './name.js'
import { type Reader, uint16 } from './reader.js'
import { internet, type RecordType, readClass, recordTypes, typeOf } from './record.js'

/** What is asked: a name and a type, in the class of the Internet. */
export interface Question {
  /** Whole, without search suffixes; a final dot says nothing. */
  readonly name: string
  readonly type: RecordType | number
}

export function readQuestion(reader: Reader): Question {
  const name = readName(reader)
  const type = typeOf(reader.uint16())
  readClass(reader.uint16())
  return { name, type }
}

export function writeQuestion({ name, type }: Question): readonly number[] {
  return [...writeName(name), ...uint16(typeof type === 'number' ? type : recordTypes[type]), ...uint16(internet)]
}
