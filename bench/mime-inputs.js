/** Large messages, made without a second copy of themselves, for the peak of memory is measured. */

/** @param {string} text */
const encode = (text) => new TextEncoder().encode(text)

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const line = 'Seen today in the afternoon, in good spirits; nothing else to be said.\r\n'
const lineInQuotedPrintable = 'Gr=C3=BC=C3=9Fe aus Z=C3=BCrich: heute gesehen, guter Dinge, sonst nichts=\r\n'
const lineInBase64 = `${alphabet.slice(0, 48)}${alphabet.slice(20, 48)}\r\n`

/**
 * A head, a unit again and again, and a tail: so many octets, or a few less.
 *
 * @param {number} size @param {string} head @param {string} unit @param {string} [tail]
 */
function filled(size, head, unit, tail = '') {
  const [before, each, after] = [encode(head), encode(unit), encode(tail)]
  const length = Math.floor((size - before.length - after.length) / each.length) * each.length
  const bytes = new Uint8Array(before.length + length + after.length)
  bytes.set(before)
  bytes.set(each, before.length)
  for (let done = each.length; done < length; done *= 2) {
    const start = before.length
    bytes.copyWithin(start + done, start, start + Math.min(done, length - done))
  }
  bytes.set(after, before.length + length)
  return bytes
}

/** @param {number} size */
export const text = (size) => filled(size, 'Content-Type: text/plain\r\n\r\n', line)

/** @param {number} size */
export const textWithBareLineFeeds = (size) => filled(size, 'Content-Type: text/plain\n\n', line.replace('\r\n', '\n'))

/** @param {number} size */
export const textIn8Bit = (size) =>
  filled(
    size,
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n',
    'Grüße aus Zürich: heute gesehen, guter Dinge, sonst nichts\r\n',
  )

/** @param {number} size */
export const quotedPrintable = (size) =>
  filled(
    size,
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
    lineInQuotedPrintable,
  )

/** @param {number} size */
export const base64 = (size) =>
  filled(
    size,
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n' +
      'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n',
    lineInBase64,
    '--b--\r\n',
  )

/** @param {number} size */
export const base64InOneLine = (size) =>
  filled(size, 'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n', alphabet)

/** @param {number} count */
export function parts(count) {
  const head = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n'
  const part = `--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${line.repeat(6)}`
  return filled(head.length + count * part.length + 7, head, part, '--b--\r\n')
}

/** @param {number} count */
export function attachments(count) {
  const head = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n'
  const part = `--b\r\nContent-Type: image/png; name="a.png"\r\nContent-Disposition: attachment; filename="a.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lineInBase64.repeat(4)}`
  return filled(head.length + count * part.length + 7, head, part, '--b--\r\n')
}

/** @param {number} size */
export const headerOfManyFields = (size) =>
  filled(size, '', 'Received: from a.example by b.example; Mon, 23 Nov 2026 10:00:00 +0000\r\n', '\r\nHello\r\n')

/** @param {number} size */
export const headerOfOneField = (size) =>
  filled(size, 'Subject: a\r\n', ' word after word =?utf-8?q?Gr=C3=BC=C3=9Fe?= and more of them\r\n', '\r\nHello\r\n')

/** @param {number} size */
export const headerOfOneLine = (size) => filled(size, 'Subject: ', 'word after word ', '\r\n\r\nHello\r\n')

/** @param {number} size */
export const headerOfRecipients = (size) =>
  filled(size, 'To: a@b.example', ',\r\n "Roe, Bob" <bob@hospital.example> (at work)', '\r\n\r\nHello\r\n')

/** @param {number} size */
export const headerOfParameters = (size) =>
  filled(size, 'Content-Type: text/plain', ';\r\n name="a"; charset*=utf-8\'\'utf-8', '\r\n\r\nHello\r\n')

/** Two kilobytes of text at each level, then the next level. @param {number} count */
export function levels(count) {
  const bytes = new Uint8Array(count * 2300) // more than it takes; memory that nobody touches costs nothing
  const encoder = new TextEncoder()
  let end = 0
  const put = (/** @type {string} */ text) => {
    end += encoder.encodeInto(text, bytes.subarray(end)).written
  }
  for (let level = 0; level < count; level++) {
    put(`Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n\r\n${line.repeat(28)}--b${level}\r\n`)
  }
  put(`\r\n${line}`)
  for (let level = count - 1; level >= 0; level--) put(`--b${level}--\r\n`)
  return bytes.subarray(0, end)
}

/** The text of a draft. @param {number} size */
export const plainText = (size) => line.replace('\r\n', '\n').repeat(Math.floor(size / (line.length - 1)))

/** The text of a draft, in which a fifth of the letters is beyond ASCII. @param {number} size */
export const foreignText = (size) => 'Grüße für Zoë, früh.\n'.repeat(Math.floor(size / 25))

/** Octets of text, some of them beyond ASCII, in lines. @param {number} size */
export const foreignOctets = (size) =>
  filled(size, '', 'Grüße aus Zürich: heute gesehen, guter Dinge, sonst nichts\r\n')

/** Octets without a pattern. @param {number} size */
export function noise(size) {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}
