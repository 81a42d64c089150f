/** Elements of an XML document as plain values, and the text they become. */

/**
 * @typedef {{ name: string, attributes: Record<string, string | number | undefined>, children: Child[] }} Element
 * @typedef {Element | string} Child
 */

/**
 * An element. Attributes that are undefined are left out, and so are children that are null or false.
 *
 * @param {string} name
 * @param {Record<string, string | number | undefined>} [attributes]
 * @param {...(Child | Child[] | null | false)} children
 * @returns {Element}
 */
export function element(name, attributes = {}, ...children) {
  return { name, attributes, children: children.flat().filter((child) => child !== null && child !== false) }
}

/**
 * The text of a document, indented by one space, with LF at the end of each line. Elements that hold text stay on one
 * line, because white space would be content there.
 *
 * @param {Element} root
 * @returns {string}
 */
export function documentText(root) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, '').join('\n')}\n`
}

/** @type {Record<string, string>} */
const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (character) => entities[character] ?? character)

/** @param {Element} node */
function openTag({ name, attributes }) {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined)
  return [name, ...given.map(([key, value]) => `${key}="${escaped(String(value))}"`)].join(' ')
}

/** @param {Child} node @returns {string} */
function inline(node) {
  if (typeof node === 'string') return escaped(node)
  if (node.children.length === 0) return `<${openTag(node)}/>`
  return `<${openTag(node)}>${node.children.map(inline).join('')}</${node.name}>`
}

/** @param {Child} node @param {string} indent @returns {string[]} */
function lines(node, indent) {
  if (typeof node === 'string' || node.children.length === 0) return [indent + inline(node)]
  if (node.children.some((child) => typeof child === 'string')) return [indent + inline(node)]
  return [
    `${indent}<${openTag(node)}>`,
    ...node.children.flatMap((child) => lines(child, `${indent} `)),
    `${indent}</${node.name}>`,
  ]
}
