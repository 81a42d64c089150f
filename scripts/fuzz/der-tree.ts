/**
 * BER as a tree that may be bent: read tolerantly, changed, and written again with every length corrected. It is no part
 * of the library and shares nothing with it, so that the one does not inherit the faults of the other.
 */
export interface DerTree {
  /** The identifier octets, `constructed` bit included. */
  identifier: Uint8Array
  /** Contents of a primitive element; unused when there are children. */
  content: Uint8Array
  /** What it holds; `undefined` when it is primitive and holds no encoding. */
  children: DerTree[] | undefined
  /** Octets before the encoding inside a primitive string: the unused bits of a BIT STRING. */
  prefix: Uint8Array
  /** How the length is written: in the fewest octets, in more, as indefinite, or wrong by a number of octets. */
  length: 'shortest' | 'padded' | 'indefinite' | { readonly wrongBy: number }
}

const none = new Uint8Array(0)
const constructedBit = 0x20
const maxDepth = 60

/** @returns nothing when the bytes are no element from the first to the last. */
export function readTree(bytes: Uint8Array): DerTree | undefined {
  const element = elementAt(bytes, 0, bytes.length, 0)
  return element && element.end === bytes.length ? element.tree : undefined
}

interface Read {
  readonly tree: DerTree
  readonly end: number
}

function elementAt(bytes: Uint8Array, start: number, limit: number, depth: number): Read | undefined {
  const first = bytes[start]
  if (first === undefined || start >= limit || depth > maxDepth) return undefined
  let at = start + 1
  if ((first & 0x1f) === 0x1f) {
    while (at < limit && bytes[at]! >= 0x80) at++
    at++
  }
  const identifier = bytes.subarray(start, at)
  const lead = bytes[at++]
  if (lead === undefined || at > limit || (first === 0 && identifier.length === 1)) return undefined
  if (lead === 0x80) return indefinite(bytes, identifier, at, limit, depth)
  let length = lead
  if (lead > 0x80) {
    length = 0
    for (let count = lead & 0x7f; count > 0; count--) length = length * 256 + (bytes[at++] ?? Number.NaN)
  }
  const end = at + length
  if (!(end <= limit)) return undefined
  const content = bytes.subarray(at, end)
  const tree: DerTree = { identifier, content, children: undefined, prefix: none, length: 'shortest' }
  if (first & constructedBit) tree.children = membersOf(content, depth)
  else if (first === 0x04 || first === 0x03) lookInside(tree, depth)
  return { tree, end }
}

function indefinite(
  bytes: Uint8Array,
  identifier: Uint8Array,
  start: number,
  limit: number,
  depth: number,
): Read | undefined {
  const children: DerTree[] = []
  let at = start
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    const child = elementAt(bytes, at, limit, depth + 1)
    if (!child) return undefined
    children.push(child.tree)
    at = child.end
  }
  if (at + 2 > limit) return undefined
  return { tree: { identifier, content: none, children, prefix: none, length: 'indefinite' }, end: at + 2 }
}

/** Nothing when the contents are not elements to the end: then they stay as they are. */
function membersOf(content: Uint8Array, depth: number): DerTree[] | undefined {
  const members: DerTree[] = []
  for (let at = 0; at < content.length; ) {
    const member = elementAt(content, at, content.length, depth + 1)
    if (!member) return undefined
    members.push(member.tree)
    at = member.end
  }
  return members
}

/** Strings often hold one more encoding: the value of an extension, a public key, a SignedData. */
function lookInside(tree: DerTree, depth: number): void {
  const skip = tree.identifier[0] === 0x03 ? 1 : 0
  const inner = tree.content.subarray(skip)
  if (inner.length < 2 || ![0x30, 0x31, 0x02, 0x03, 0x04, 0x06].includes(inner[0]!)) return
  const element = elementAt(inner, 0, inner.length, depth + 1)
  if (element?.end !== inner.length) return
  tree.children = [element.tree]
  tree.prefix = tree.content.subarray(0, skip)
}

/** Writes a tree; all lengths are right save those that are said to be wrong. */
export function writeTree(tree: DerTree): Uint8Array {
  const parts: Uint8Array[] = []
  put(tree, parts)
  const output = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = output.length
  // The parts come last first, since a length is known only when what it counts is written.
  for (const part of parts) {
    at -= part.length
    output.set(part, at)
  }
  return output
}

function put(tree: DerTree, parts: Uint8Array[]): number {
  let size = 0
  const push = (part: Uint8Array) => {
    parts.push(part)
    size += part.length
  }
  if (tree.length === 'indefinite') push(new Uint8Array(2))
  if (tree.children)
    for (let index = tree.children.length - 1; index >= 0; index--) size += put(tree.children[index]!, parts)
  else push(tree.content)
  push(tree.prefix)
  push(lengthOctets(tree, size))
  push(tree.identifier)
  return size
}

function lengthOctets({ length }: DerTree, size: number): Uint8Array {
  if (length === 'indefinite') return Uint8Array.of(0x80)
  const value = typeof length === 'object' ? Math.max(0, size + length.wrongBy) : size
  const octets: number[] = []
  for (let left = value; left > 0; left = Math.floor(left / 256)) octets.unshift(left & 0xff)
  if (length === 'padded') return Uint8Array.of(0x80 | (octets.length + 1), 0, ...octets)
  return value < 0x80 ? Uint8Array.of(value) : Uint8Array.of(0x80 | octets.length, ...octets)
}

/** Every element of a tree, from the outside in, with the element it is in. */
export function nodesOf(root: DerTree): readonly { readonly node: DerTree; readonly parent?: DerTree }[] {
  const nodes: { node: DerTree; parent?: DerTree }[] = [{ node: root }]
  for (let index = 0; index < nodes.length; index++) {
    const { node } = nodes[index]!
    for (const child of node.children ?? []) nodes.push({ node: child, parent: node })
  }
  return nodes
}

export function copyOf(tree: DerTree): DerTree {
  return { ...tree, children: tree.children?.map(copyOf) }
}

/** A new element. */
export function elementOf(identifier: number, content: Uint8Array | DerTree[]): DerTree {
  const children = Array.isArray(content) ? content : undefined
  return {
    identifier: Uint8Array.of(identifier),
    content: Array.isArray(content) ? none : content,
    children,
    prefix: none,
    length: 'shortest',
  }
}
