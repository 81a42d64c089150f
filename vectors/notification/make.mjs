// Finds, in messages that others published and that are no part of this repository, the lines that say what a
// notification says, and writes their numbers to expected.json. It knows lines and field names and nothing of MIME, so
// that it makes no mistake together with the reader that is tested.
//
//   DIRECT_SMIME_VECTORS=/path/to/vectors node vectors/notification/make.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = process.env.DIRECT_SMIME_VECTORS ?? ''

/** @param {string} path */
const linesOf = (path) => readFileSync(path, 'latin1').split(/\r\n|\n|\r/)

/** @param {string[]} lines @param {RegExp} name @param {number} from @param {number} to */
const findLine = (lines, name, from = 0, to = lines.length) => {
  const at = lines.findIndex((line, index) => index >= from && index < to && name.test(line))
  return at < 0 ? undefined : at + 1
}

/** Drops what is undefined. @param {object} row */
const present = (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))

/** A DSN: the lines from the type of its part to the next delimiter, and each recipient from its name to the next blank. @param {string} file @param {string[]} lines */
function deliveryStatus(file, lines) {
  const start = findLine(lines, /^content-type:\s*message\/(global-)?delivery-status/i)
  if (start === undefined) return []
  const end = (findLine(lines, /^--\S/, start) ?? lines.length + 1) - 1
  const recipients = []
  for (let at = start; at < end; at++) {
    if (!/^final-recipient:/i.test(lines[at])) continue
    let from = at
    while (from > start && lines[from - 1].trim() !== '') from--
    let to = at
    while (to < end && lines[to].trim() !== '') to++
    const within = lines.slice(from, to).filter((line) => /^final-recipient:/i.test(line))
    if (within.length > 1) return [] // blank lines were forgotten: left to tests of that
    recipients.push(
      present({
        finalRecipient: at + 1,
        originalRecipient: findLine(lines, /^original-recipient:/i, from, to),
        action: findLine(lines, /^action:/i, from, to),
        status: findLine(lines, /^status:/i, from, to),
        diagnosticCode: findLine(lines, /^diagnostic-code:/i, from, to),
        remoteMta: findLine(lines, /^remote-mta:/i, from, to),
      }),
    )
  }
  if (recipients.length === 0) return []
  return [present({ file, reportingMta: findLine(lines, /^reporting-mta:/i, start, end), recipients })]
}

/** An MDN: one group. @param {string} file @param {string[]} lines */
function disposition(file, lines) {
  const start = findLine(lines, /^content-type:\s*message\/disposition-notification/i)
  if (start === undefined) return []
  const end = (findLine(lines, /^--\S/, start) ?? lines.length + 1) - 1
  const own = findLine(lines, /^original-message-id:/i, start, end)
  return [
    present({
      file,
      reportingUa: findLine(lines, /^reporting-ua:/i, start, end),
      finalRecipient: findLine(lines, /^final-recipient:/i, start, end),
      originalRecipient: findLine(lines, /^original-recipient:/i, start, end),
      originalMessageId: own ?? findLine(lines, /^in-reply-to:/i, 0, start),
      disposition: findLine(lines, /^disposition:/i, start, end),
      finalDestinationDelivery: findLine(lines, /^x-direct-final-destination-delivery:/i, start, end),
    }),
  ]
}

/** A bounce in words that names its recipients in a field of its header. @param {string} file @param {string[]} lines */
function failedRecipients(file, lines) {
  const blank = findLine(lines, /^\s*$/) ?? lines.length
  const line = findLine(lines, /^x-failed-recipients:/i, 0, blank)
  return line === undefined ? [] : [{ file, failedRecipients: line }]
}

/** A bounce in words, each recipient in brackets before a colon (qmail). @param {string} file @param {string[]} lines */
function bracketed(file, lines) {
  const blank = findLine(lines, /^\s*$/) ?? lines.length
  const end = findLine(lines, /^--- /, blank) ?? 0
  const found = lines.flatMap((line, index) =>
    index >= blank && index < end && /^<[^<>\s]+@[^<>\s]+>:/.test(line) ? [index + 1] : [],
  )
  return found.length === 0 ? [] : [{ file, recipientLines: found }]
}

/** A bounce in words that names its recipients in a list with dots, in a sentence, or in a transcript before a refusal. @param {string} file @param {string[]} lines */
function told(file, lines) {
  const blank = findLine(lines, /^\s*$/) ?? lines.length
  const end = findLine(lines, /^(--- Below|Content-Type: message\/rfc822)/i, blank) ?? lines.length
  const names = /^\s*\* \S+@\S+$|undeliverable to \S+@|unable to deliver message to <\S+@/i
  const isNamed = (at) => names.test(lines[at]) || (/ RCPT TO:<\S+@/.test(lines[at]) && / 5\d\d /.test(lines[at + 1]))
  const found = lines.flatMap((_, index) => (index >= blank && index < end && isNamed(index) ? [index + 1] : []))
  return found.length === 0 ? [] : [{ file, recipientLines: found }]
}

/** @param {string} suite @param {(name: string) => boolean} wanted */
const filesOf = (suite, wanted) =>
  readdirSync(join(root, suite, 'files'), { recursive: true, encoding: 'utf8' })
    .filter(wanted)
    .sort()
    .map((name) => ({ file: `${suite}/files/${name}`, lines: linesOf(join(root, suite, 'files', name)) }))

const reports = [
  ...filesOf('direct-ri', (name) => /^(mdn|dsn)\/.*\.txt$/.test(name)),
  ...filesOf('rfc-examples', (name) => /^rfc(8098|3464)\/.*\.eml$/.test(name)),
]
const bounces = filesOf('sisimai-bounces', (name) => name.endsWith('.eml'))
const isWords = ({ lines }) => deliveryStatus('', lines).length === 0

const expected = {
  comment:
    'Numbers of lines in borrowed files, by field; made by make.mjs, read by test/notification/field.node.test.ts',
  dispositions: reports.flatMap(({ file, lines }) => disposition(file, lines)),
  deliveryStatuses: [...reports, ...bounces].flatMap(({ file, lines }) => deliveryStatus(file, lines)),
  failedRecipients: bounces.filter(isWords).flatMap(({ file, lines }) => failedRecipients(file, lines)),
  bracketed: bounces.filter(isWords).flatMap(({ file, lines }) => bracketed(file, lines)),
  told: bounces.filter(isWords).flatMap(({ file, lines }) => told(file, lines)),
}
/** One row a line. @param {string} key @param {unknown} value */
const section = (key, value) =>
  Array.isArray(value)
    ? `  ${JSON.stringify(key)}: [\n${value.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`
    : `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`
const text = Object.entries(expected).map(([key, value]) => section(key, value))
writeFileSync(new URL('./expected.json', import.meta.url), `{\n${text.join(',\n')}\n}\n`)
