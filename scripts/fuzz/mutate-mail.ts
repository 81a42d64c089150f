import { mutateBase64 } from './mutate-base64.js'
import { inflate, mutateBytes } from './mutate-bytes.js'
import { latin1, type Material, type Mutator, maxInputBytes, octets } from './mutator.js'

/** A change to the text of a message. */
type Change = (text: string, material: Material) => string

const fieldNames = [
  'Content-Type',
  'Content-Transfer-Encoding',
  'Content-Disposition',
  'From',
  'To',
  'Cc',
  'Subject',
  'Date',
  'Message-ID',
  'In-Reply-To',
  'References',
  'Disposition-Notification-To',
  'Disposition-Notification-Options',
  'Final-Recipient',
  'Original-Recipient',
  'Original-Message-ID',
  'Disposition',
  'Action',
  'Status',
]

const types = [
  'multipart/mixed; boundary=b',
  'multipart/digest; boundary="b "',
  'multipart/mixed',
  'multipart/signed; boundary=b; protocol="application/pkcs7-signature"; micalg=sha-256',
  'multipart/report; report-type=disposition-notification; boundary=b',
  'application/pkcs7-mime; smime-type=enveloped-data',
  "application/pkcs7-mime; smime-type=signed-data; name*0*=utf-8''a%20; name*1=b",
  'application/x-pkcs7-signature',
  'message/rfc822',
  'message/disposition-notification',
  'message/delivery-status',
  'text/plain; charset=utf-16',
  'text/html; charset="x-unknown"',
  'text/plain; charset=',
  '/',
]

const encodings = ['base64', 'quoted-printable', '7bit', '8bit', 'binary', 'x-uuencode', 'BASE64 (comment)', '']

const changes: readonly Change[] = [
  function duplicateLine(text, { random }) {
    return onLines(text, random, (lines, at) => lines.splice(at, 0, lines[at]!))
  },
  function dropLine(text, { random }) {
    return onLines(text, random, (lines, at) => lines.splice(at, 1))
  },
  function swapLines(text, { random }) {
    return onLines(text, random, (lines, at) => lines.splice(random.int(lines.length), 0, ...lines.splice(at, 1)))
  },
  function emptyLine(text, { random }) {
    return onLines(text, random, (lines, at) => lines.splice(at, 0, ''))
  },
  function insertField(text, { random }) {
    const body = random.pick([random.pick(types), random.pick(encodings), '=?utf-8?b?w6Q=?= <a@b.example>', ''])
    return onLines(text, random, (lines, at) => lines.splice(at, 0, `${random.pick(fieldNames)}: ${body}`))
  },
  function renameField(text, { random }) {
    return replaceOne(text, /^[!-9;-~]+(?=:)/gm, random, () => random.pick(fieldNames))
  },
  function changeType(text, { random }) {
    return replaceOne(text, /^content-type:.*(?:\r?\n[ \t].*)*/gim, random, () => `Content-Type: ${random.pick(types)}`)
  },
  function changeEncoding(text, { random }) {
    const field = () => `Content-Transfer-Encoding: ${random.pick(encodings)}`
    return replaceOne(text, /^content-transfer-encoding:.*/gim, random, field)
  },
  function changeFieldBody(text, material) {
    const { random } = material
    return replaceOne(text, /^(?:[!-9;-~]+:).*/gm, random, (field) => {
      const colon = field.indexOf(':') + 1
      return field.slice(0, colon) + latin1(mutateBytes(octets(field.slice(colon)), material))
    })
  },
  function fold(text, { random }) {
    return replaceOne(text, /[ \t]+/g, random, (space) => `${random.pick(['\r\n', '\n', '\r', '\r\n\r\n'])}${space}`)
  },
  function changeBoundary(text, { random }) {
    const marks = ['--', '--b', '--b--', '--b-- ', '---', `--${'x'.repeat(80)}`]
    return replaceOne(text, /^--[^\r\n]+/gm, random, (line) =>
      random.pick([`${line}--`, `${line} \t`, line.slice(0, -1), line.replace(/--$/, ''), random.pick(marks)]),
    )
  },
  function changeBoundaryParameter(text, { random }) {
    const values = [
      'boundary=b',
      'boundary=""',
      "boundary*=utf-8''%0d%0a",
      'boundary="=?utf-8?q?=0A?="',
      'boundary*0=b; boundary*1=c',
    ]
    return replaceOne(text, /boundary\*?\s*=\s*("[^"]*"|[^\s;]*)/gi, random, () => random.pick(values))
  },
  function changeLineEnds(text, { random }) {
    const end = random.pick(['\n', '\r', '\r\n', '\n\r'])
    if (random.chance(0.5)) return text.replace(/\r?\n/g, end)
    return text.replace(/\r?\n/g, (own) => (random.chance(0.1) ? end : own))
  },
  function wrapInMessage(text, { random }) {
    const encoding = random.chance(0.3) ? 'Content-Transfer-Encoding: base64\r\n' : ''
    return `Content-Type: message/rfc822\r\n${encoding}\r\n${text}`
  },
  function nest(text, { random }) {
    let inner = text
    for (let left = random.pick([1, 2, 5, 33, 40]); left > 0; left--) {
      const boundary = random.pick(['b', `b${left}`])
      inner = `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n${inner}\r\n--${boundary}--\r\n`
      if (inner.length > 200_000) break
    }
    return inner
  },
  function manyParts(text, { random }) {
    const count = random.pick([2, 30, 300, 11_000])
    return replaceOne(text, /^--[^\r\n]+\r?\n/gm, random, (line) => line.repeat(count))
  },
  function toQuotedPrintable(text, { random }) {
    return replaceOne(text, /[^\r\n=]{4,40}$/gm, random, (words) =>
      words.replace(/./g, (letter) => (random.chance(0.3) ? `=${letter.charCodeAt(0).toString(16)}` : letter)),
    )
  },
]

/** Changes a message as a message: its lines, fields, parts and line ends, and what its parts hold in base64. */
export const mutateMail: Mutator = (input, material) => {
  const { random } = material
  if (random.chance(0.002)) return inflate(input, material)
  if (random.chance(0.3)) return mutateBase64(input, material)
  let text = latin1(input)
  for (let left = 1 + random.int(3); left > 0; left--) text = random.pick(changes)(text, material)
  return octets(text.slice(0, maxInputBytes))
}

function onLines(text: string, random: Material['random'], by: (lines: string[], at: number) => void): string {
  const lines = text.split('\n')
  // Half of the time in the first lines, where the header is.
  const at = random.int(random.chance(0.5) ? Math.min(lines.length, 15) : lines.length)
  by(lines, at)
  return lines.join('\n')
}

/** Replaces one of the places that match, if there are any. */
function replaceOne(text: string, form: RegExp, random: Material['random'], by: (found: string) => string): string {
  const places = [...text.matchAll(form)]
  if (places.length === 0) return text
  const { 0: found, index } = random.pick(places)
  return text.slice(0, index) + by(found) + text.slice(index + found.length)
}
