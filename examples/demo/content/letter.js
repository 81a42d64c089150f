/** A one-page PDF letter, written by hand: seven objects, two standard fonts, no compression. */

/** US Letter in points; the origin is at the bottom left. */
const page = { width: 612, height: 792, margin: 72 }
const leading = 17
const firstLine = 640
const lastLine = 96

/** The characters WinAnsi has between 0x80 and 0x9F; the others of Latin-1 stand for themselves. */
const winAnsi = new Map(
  [...'€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'].map((character, index) => [character, 0x80 + index]),
)

/**
 * Writes a letter of one page: a title, a rule, the lines, a rule at the foot. A line that begins with "# " is a
 * heading, an empty one a gap. Nothing is wrapped: some 85 characters fit a line and 32 lines the page. Characters
 * outside WinAnsi become a question mark.
 *
 * @param {{ title: string, lines: readonly string[] }} letter
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {RangeError} when the lines do not fit one page
 */
export function letterPdf({ title, lines }) {
  if (firstLine - (lines.length - 1) * leading < lastLine) throw new RangeError('the letter does not fit one page')
  const drawing = [...letterhead(title), ...body(lines), ...foot()].join('\n')
  return pdfFile([
    '<< /Type /Catalog /Pages 2 0 R /Lang (en-US) >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page.width} ${page.height}] /Contents 4 0 R ` +
      '/Resources << /Font << /Plain 5 0 R /Bold 6 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title <feff${hex(title, 4)}> /Producer (direct-smime demo) >>`,
  ])
}

/** @param {string} name */
const font = (name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`

/** @param {string} title */
function letterhead(title) {
  return [
    rectangle('0.11 0.32 0.42', 0, page.height - 18, page.width, 18),
    text('Bold', 22, '0.11 0.32 0.42', page.margin, 700, title),
    rectangle('0.11 0.32 0.42', page.margin, 684, page.width - 2 * page.margin, 1.5),
  ]
}

/** @param {readonly string[]} lines */
function body(lines) {
  return lines.flatMap((line, index) => {
    const y = firstLine - index * leading
    if (line === '') return []
    if (line.startsWith('# ')) return [text('Bold', 12, '0.11 0.32 0.42', page.margin, y, line.slice(2))]
    return [text('Plain', 11, '0.13 0.13 0.13', page.margin, y, line)]
  })
}

function foot() {
  return [
    rectangle('0.7 0.75 0.78', page.margin, 68, page.width - 2 * page.margin, 0.5),
    text('Plain', 8, '0.45 0.45 0.45', page.margin, 54, 'Synthetic document: nobody in it exists.'),
  ]
}

/** @param {string} colour @param {number} x @param {number} y @param {number} width @param {number} height */
const rectangle = (colour, x, y, width, height) => `${colour} rg ${x} ${y} ${width} ${height} re f`

/** @param {string} face @param {number} size @param {string} colour @param {number} x @param {number} y @param {string} line */
function text(face, size, colour, x, y, line) {
  const codes = Array.from(line, winAnsiCode)
  const digits = codes.map((code) => code.toString(16).padStart(2, '0')).join('')
  return `BT ${colour} rg /${face} ${size} Tf ${x} ${y} Td <${digits}> Tj ET`
}

/** @param {string} character */
function winAnsiCode(character) {
  const code = character.codePointAt(0) ?? 0
  if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff)) return code
  return winAnsi.get(character) ?? 0x3f
}

/** The UTF-16 units of a text, in hexadecimal. @param {string} value @param {number} digits */
function hex(value, digits) {
  return Array.from({ length: value.length }, (_, i) => value.charCodeAt(i).toString(16).padStart(digits, '0')).join('')
}

/**
 * The file around the objects. Everything is ASCII but the comment that marks the file as binary, so an index into the
 * text is an offset into the file. The last object is the document information.
 *
 * @param {readonly string[]} objects
 * @returns {Uint8Array<ArrayBuffer>}
 */
function pdfFile(objects) {
  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = file.length
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Uint8Array.from(file, (character) => character.charCodeAt(0))
}
