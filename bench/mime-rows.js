/** What is measured: inputs, what is done with them, and how large they are. */

import * as mime from 'direct-smime/mime'
import * as inputs from './mime-inputs.js'

const unlimited = {
  maxDepth: Number.POSITIVE_INFINITY,
  maxParts: Number.POSITIVE_INFINITY,
  maxHeaderBytes: Number.POSITIVE_INFINITY,
  maxFields: Number.POSITIVE_INFINITY,
}
const megabyte = 1_000_000

/** @typedef {{ readonly length?: number, readonly size?: number }} Sized */

/**
 * @template Input
 * @typedef {object} Row
 * @property {string} name
 * @property {number} size of the largest input: octets, parts or levels
 * @property {(size: number) => Input} make
 * @property {(input: Input) => number} bytes of the input
 * @property {Readonly<Record<string, (input: Input) => unknown>>} works
 * @property {string} costly the work that a short check looks at: the one that takes the most, or most of what it has
 */

/** @param {Uint8Array} bytes */
const parse = (bytes) => mime.parseEntity(bytes, unlimited)

/** @type {Row<Uint8Array>['works']} */
const writing = {
  'parse, serialize': (bytes) => mime.serializeEntity(parse(bytes)),
  'parse, canonicalEntity': (bytes) => mime.canonicalEntity(parse(bytes)),
}

/** @type {Row<Uint8Array>['works']} */
const ofBodies = {
  parse,
  'parse, decode': (bytes) => {
    const entity = parse(bytes)
    return (entity.parts.length > 0 ? entity.parts : [entity]).map((part) => mime.decodeBody(part))
  },
  'parse, readContent': (bytes) => mime.readContent(parse(bytes)),
  ...writing,
}

/** @param {(header: mime.Header) => unknown} read @returns {Row<Uint8Array>['works']} */
const ofHeaders = (read) => ({ 'parse, read': (bytes) => read(parse(bytes).header), ...writing })

/**
 * @param {string} name
 * @param {number} size
 * @param {(size: number) => Uint8Array} make
 * @param {string} costly
 * @param {Row<Uint8Array>['works']} [works]
 * @returns {Row<Uint8Array>}
 */
const message = (name, size, make, costly, works = ofBodies) => ({
  name,
  size,
  make,
  bytes: ({ length }) => length,
  works,
  costly,
})

/** @param {string} name */
const field = (name) => (/** @type {mime.Header} */ header) => mime.fieldBody(header, name) ?? ''

const base = {
  from: 'ann@clinic.example',
  to: 'bob@hospital.example',
  subject: 'Referral',
  messageId: '<1@clinic.example>',
  date: Date.UTC(2026, 10, 23, 10),
}

/** @type {readonly Row<Uint8Array>[]} */
const messages = [
  message('50 MB of text', 50 * megabyte, inputs.text, 'parse, readContent'),
  message('50 MB of text with bare line feeds', 50 * megabyte, inputs.textWithBareLineFeeds, 'parse, canonicalEntity'),
  message('50 MB of text in 8bit', 50 * megabyte, inputs.textIn8Bit, 'parse, canonicalEntity'),
  message('50 MB of quoted-printable', 50 * megabyte, inputs.quotedPrintable, 'parse, readContent'),
  message('50 MB of base64', 50 * megabyte, inputs.base64, 'parse, readContent'),
  message('50 MB of base64 in one line', 50 * megabyte, inputs.base64InOneLine, 'parse, canonicalEntity'),
  message('100,000 parts that are text', 100_000, inputs.parts, 'parse, serialize'),
  message('100,000 attachments', 100_000, inputs.attachments, 'parse, readContent'),
  message('10,000 levels', 10_000, inputs.levels, 'parse, serialize'),
  message(
    '10 MB of header: many fields',
    10 * megabyte,
    inputs.headerOfManyFields,
    'parse, read',
    ofHeaders((header) => mime.fieldBodies(header, 'Received')),
  ),
  message(
    '10 MB of header: one folded field',
    10 * megabyte,
    inputs.headerOfOneField,
    'parse, read',
    ofHeaders((header) => mime.fieldText(header, 'Subject') ?? ''),
  ),
  message(
    '10 MB of header: one line',
    10 * megabyte,
    inputs.headerOfOneLine,
    'parse, canonicalEntity',
    ofHeaders(field('Subject')),
  ),
  message(
    '10 MB of header: recipients',
    10 * megabyte,
    inputs.headerOfRecipients,
    'parse, read',
    ofHeaders((header) => mime.parseAddresses(field('To')(header))),
  ),
  message(
    '10 MB of header: parameters',
    10 * megabyte,
    inputs.headerOfParameters,
    'parse, read',
    ofHeaders(field('Content-Type')),
  ),
]

/** @param {mime.TransferEncoding} name @param {(size: number) => Uint8Array} make @returns {Row<Uint8Array>} */
function encoding(name, make) {
  return {
    name: `50 MB of octets in ${name}`,
    size: 50 * megabyte,
    make,
    bytes: ({ length }) => length,
    works: { encode: (content) => mime.encodeTransferEncoding(content, name) },
    costly: 'encode',
  }
}

/** @type {readonly Row<string>[]} */
const texts = [inputs.plainText, inputs.foreignText].map((make, index) => ({
  name: index === 0 ? 'a draft with 50 MB of text' : 'a draft with 50 MB of text beyond ASCII',
  size: 50 * megabyte,
  make,
  bytes: (text) => Buffer.byteLength(text),
  works: {
    build: (text) => mime.buildMessage({ ...base, text }),
    'build HTML': (html) => mime.buildMessage({ ...base, html }),
  },
  costly: 'build',
}))

/** Octets of a small file. */
const fileSize = 1500

/** @type {readonly Row<Uint8Array>[]} */
const files = [
  {
    name: 'a draft with a file of 50 MB',
    size: 50 * megabyte,
    make: inputs.noise,
    bytes: ({ length }) => length,
    works: {
      build: (content) => mime.buildMessage({ ...base, attachments: [{ filename: 'a.bin', content }] }),
      'build from a stream': (content) =>
        mime.buildMessage({
          ...base,
          attachments: [
            { filename: 'a.bin', content: { size: content.length, stream: () => piecesOf(content, 65_536) } },
          ],
        }),
    },
    costly: 'build from a stream',
  },
  {
    name: 'a draft with 100,000 files',
    size: 100_000,
    make: (count) => inputs.noise(Math.ceil(count) * fileSize),
    bytes: ({ length }) => length,
    works: {
      build: (bytes) =>
        mime.buildMessage({
          ...base,
          attachments: Array.from({ length: bytes.length / fileSize }, (_, index) => ({
            filename: `${index}.bin`,
            content: bytes.subarray(index * fileSize, (index + 1) * fileSize),
          })),
        }),
    },
    costly: 'build',
  },
  encoding('base64', inputs.noise),
  encoding('quoted-printable', inputs.foreignOctets),
]

/** @param {Uint8Array} bytes @param {number} length */
async function* piecesOf(bytes, length) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

/** @type {readonly Row<any>[]} */
export const rows = [...messages, ...texts, ...files]
