import { copyOf, type DerTree, elementOf, nodesOf, readTree, writeTree } from './der-tree.js'
import { mutateBytes } from './mutate-bytes.js'
import { type Material, type Mutator, maxInputBytes } from './mutator.js'
import type { Random } from './random.js'

/** Where a change happens: an element, and what it is in. */
interface Place {
  readonly node: DerTree
  readonly parent?: DerTree
}

type Change = (place: Place, material: Material) => void

/** Universal, context, application and high tags, with and without the bit that says "constructed". */
const identifiers = [
  1, 2, 3, 4, 5, 6, 10, 12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1c, 0x1e, 0x24, 0x23, 0x30, 0x31, 0x60, 0x80, 0x81,
  0x82, 0x83, 0x84, 0x86, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0x00, 0xff,
]

const changes: readonly Change[] = [
  function changeTag({ node }, { random }) {
    node.identifier = random.chance(0.1)
      ? Uint8Array.of(
          random.pick([0x1f, 0x3f, 0xbf]),
          ...Array.from({ length: random.int(4) }, () => 0x80 | random.int(128)),
          random.int(128),
        )
      : Uint8Array.of(random.pick(identifiers))
  },
  function changeTagNumber({ node }, { random }) {
    node.identifier = Uint8Array.of((node.identifier[0]! & 0xe0) | random.int(0x1f))
  },
  function changeContent({ node }, material) {
    if (node.children) return
    node.content = mutateBytes(node.content, material)
  },
  function replaceContent({ node }, { random }) {
    node.children = undefined
    node.content = random.pick([
      new Uint8Array(0),
      Uint8Array.of(0),
      Uint8Array.of(0xff),
      Uint8Array.of(0x80),
      Uint8Array.of(0, 0x80),
      random.bytes(random.int(20)),
      random.bytes(random.pick([33, 64, 65, 129, 5000])),
    ])
  },
  function wrongLength({ node }, { random }) {
    node.length = { wrongBy: random.pick([-1, 1, -2, 2, 127, 65_536, 0x7fff_ffff, -1e9]) }
  },
  function otherLengthForm({ node }, { random }) {
    node.length = random.pick(['padded', 'indefinite', 'shortest'])
  },
  function dropElement({ node, parent }) {
    change(parent, (siblings) => siblings.filter((sibling) => sibling !== node))
  },
  function duplicateElement({ node, parent }, { random }) {
    const copies = random.pick([1, 1, 1, 2, 20, 150])
    change(parent, (siblings) =>
      siblings.flatMap((sibling) =>
        sibling === node ? Array.from({ length: copies + 1 }, () => copyOf(node)) : [sibling],
      ),
    )
  },
  function swapElements({ parent }, { random }) {
    change(parent, (siblings) => {
      const others = [...siblings]
      const [a, b] = [random.int(others.length), random.int(others.length)]
      ;[others[a], others[b]] = [others[b]!, others[a]!]
      return others
    })
  },
  function takeElementFromAnother({ node }, { random, pool }) {
    const tree = readTree(random.pick(pool))
    if (tree) Object.assign(node, copyOf(random.pick(nodesOf(tree)).node))
  },
  function insertElementFromAnother({ node, parent }, { random, pool }) {
    const tree = readTree(random.pick(pool))
    if (!tree) return
    const piece = copyOf(random.pick(nodesOf(tree)).node)
    change(parent, (siblings) => siblings.flatMap((sibling) => (sibling === node ? [piece, sibling] : [sibling])))
  },
  function stringInPieces({ node }, { random }) {
    const tag = node.identifier[0]! & ~0x20
    if (node.children && node.prefix.length === 0) return
    const content = node.children ? writeAll(node.children) : node.content
    const at = random.int(content.length + 1)
    const pieces = [content.subarray(0, at), content.subarray(at)].map((piece) =>
      elementOf(tag >= 0x80 ? 0x04 : tag, tag === 0x03 ? Uint8Array.of(0, ...piece.subarray(0, 5000)) : piece),
    )
    node.identifier = Uint8Array.of(tag | 0x20)
    node.children = pieces
    node.prefix = new Uint8Array(0)
    node.length = random.pick(['shortest', 'indefinite'])
  },
  function nest({ node }, { random }) {
    const levels = random.pick([1, 1, 2, 5, 61, 70, 2000])
    const identifier = random.pick([0x30, 0x31, 0x24, 0xa0, 0x60])
    const length = random.pick(['shortest', 'indefinite'] as const)
    let inner = { ...node }
    // Deep nesting goes through one prepared run of octets, since the writer calls itself for each level.
    if (levels > 100) {
      node.children = undefined
      node.content = deep(levels, identifier, random)
      node.identifier = Uint8Array.of(identifier)
      return
    }
    for (let level = 0; level < levels; level++) inner = { ...elementOf(identifier, [inner]), length }
    Object.assign(node, inner)
  },
  function unwrap({ node }, { random }) {
    if (node.children && node.children.length > 0) Object.assign(node, copyOf(random.pick(node.children)))
  },
  function changeNumber({ node }, { random }) {
    if (node.identifier[0] !== 0x02) return
    node.content = random.pick([
      Uint8Array.of(random.int(10)),
      Uint8Array.of(0x7f, 0xff, 0xff, 0xff),
      Uint8Array.of(0x80, 0, 0, 0),
      new Uint8Array(4097),
      new Uint8Array(600).fill(0xff),
    ])
    node.children = undefined
  },
]

/** Opens an encoding, changes elements of it, and writes it again; what is no encoding is changed as plain bytes. */
export const mutateDer: Mutator = (input, material) => {
  const { random } = material
  const root = random.chance(0.95) ? readTree(input) : undefined
  if (!root) return mutateBytes(input, material)
  if (random.chance(0.002)) inflateTree(root, random)
  else {
    for (let left = 1 + random.int(3); left > 0; left--) random.pick(changes)(random.pick(nodesOf(root)), material)
  }
  return writeTree(root).subarray(0, maxInputBytes)
}

/** One element a great many times beside itself. */
function inflateTree(root: DerTree, random: Random): void {
  const { node, parent } = random.pick(nodesOf(root))
  const size = Math.max(2, writeTree(node).length)
  const copies = Math.floor(random.pick([16_384, 262_144, maxInputBytes]) / size)
  const copy = copyOf(node)
  change(parent ?? node, (siblings) => [...siblings, ...Array.from({ length: copies }, () => copy)])
}

function change(parent: DerTree | undefined, by: (siblings: DerTree[]) => DerTree[]): void {
  // A string that holds one encoding is not one of several members.
  if (parent?.children && parent.children.length > 0) parent.children = by(parent.children)
}

function writeAll(trees: readonly DerTree[]): Uint8Array {
  return writeTree(elementOf(0x30, [...trees])).subarray(-trees.reduce((sum, tree) => sum + writeTree(tree).length, 0))
}

/** Levels without end: each opens with an indefinite length, or with one that the rest does not fill. */
function deep(levels: number, identifier: number, random: Random): Uint8Array {
  const opening = random.chance(0.5)
    ? Uint8Array.of(identifier, 0x80)
    : Uint8Array.of(identifier, 0x83, 0x0f, 0xff, 0xff)
  const output = new Uint8Array(levels * opening.length)
  for (let level = 0; level < levels; level++) output.set(opening, level * opening.length)
  return output
}
