import { readTree } from './der-tree.js'
import { mutateBytes } from './mutate-bytes.js'
import { mutateDer } from './mutate-der.js'
import { joined, latin1, type Mutator, octets } from './mutator.js'

/** Lines of nothing but base64: the body of a part, the block of a PEM text. */
const run = /(?:^|\n)((?:[A-Za-z0-9+/]{16,}\r?\n)*[A-Za-z0-9+/]{16,}={0,2})[ \t]*(?=\r?\n|$)/g

/** Where the runs of base64 in a text are. */
export function base64Runs(text: string): readonly { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(run)].map((match) => {
    const start = match.index + (match[0].startsWith('\n') ? 1 : 0)
    return { start, end: start + match[1]!.length }
  })
}

/** Decodes a run of base64 in a text, changes what is inside, and encodes it again in lines of the same length. */
export const mutateBase64: Mutator = (input, material) => {
  const { random } = material
  const text = latin1(input)
  const runs = base64Runs(text)
  if (runs.length === 0) return mutateBytes(input, material)
  const { start, end } = random.pick(runs)
  const lines = text.slice(start, end).split(/\r?\n/)
  const inner = Uint8Array.from(Buffer.from(lines.join(''), 'base64'))
  const mutate = readTree(inner) ? mutateDer : mutateBytes
  const lineEnd = text.slice(start, end).includes('\r\n') ? '\r\n' : '\n'
  const encoded = Buffer.from(mutate(inner, material)).toString('base64')
  const width = lines[0]!.length
  const again = encoded.match(new RegExp(`.{1,${width}}`, 'g'))?.join(lineEnd) ?? ''
  return joined(input.subarray(0, start), octets(again), input.subarray(end))
}
