/** How the demonstration talks: headings, facts, and explanations, in colour where the terminal has it. */

const colourful = process.stdout.isTTY && !process.env.NO_COLOR
const style = (/** @type {number} */ code) => (/** @type {string} */ text) =>
  colourful ? `\u001b[${code}m${text}\u001b[0m` : text

export const bold = style(1)
export const dim = style(2)
export const green = style(32)
export const red = style(31)
export const yellow = style(33)

let chapter = 0

/** @param {string} title */
export function heading(title) {
  chapter += 1
  console.log(`\n${bold(`${chapter}  ${title}`)}\n${dim('─'.repeat(76))}`)
}

/** @param {string} name @param {string} value */
export function fact(name, value) {
  console.log(`   ${dim(name.padEnd(14))} ${value}`)
}

/** @param {string} text */
export function say(text = '') {
  console.log(text && `   ${text}`)
}

/** @param {string} text */
export function block(text) {
  for (const line of text.split('\n')) console.log(`   ${dim('│')} ${line}`)
}

/** @param {string} text what `explain` printed */
export function explanation(text) {
  const colours = { '✓': green, '✗': red, '?': yellow }
  for (const line of text.split('\n')) {
    const mark = line.trimStart().slice(0, 1)
    const colour = colours[/** @type {keyof typeof colours} */ (mark)] ?? dim
    console.log(`     ${colour(line)}`)
  }
}

/** @param {number} bytes */
export function size(bytes) {
  return bytes < 10_000 ? `${bytes.toLocaleString('en')} bytes` : `${(bytes / 1024).toFixed(1)} KB`
}
