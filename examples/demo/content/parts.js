/** What the sections of a CDA document are made of: codes, templates, times, tables. */

import { element } from './xml.js'

/**
 * @typedef {import('./xml.js').Element} Element
 * @typedef {{ day: (days: number) => string, next: () => number, id: () => Element }} Writing
 *   day: the date so many days before the note, or after it when negative; next: the next number of the generator
 */

const systems = {
  loinc: ['2.16.840.1.113883.6.1', 'LOINC'],
  snomed: ['2.16.840.1.113883.6.96', 'SNOMED CT'],
  rxnorm: ['2.16.840.1.113883.6.88', 'RxNorm'],
  cvx: ['2.16.840.1.113883.12.292', 'CVX'],
  act: ['2.16.840.1.113883.5.4'],
  actClass: ['2.16.840.1.113883.5.6'],
  interpretation: ['2.16.840.1.113883.5.83'],
}

/** @param {keyof typeof systems} system @param {string} code @param {string} [displayName] */
export const coded = (system, code, displayName) => ({
  code,
  codeSystem: systems[system][0],
  codeSystemName: systems[system][1],
  displayName,
})

/** @param {string} root @param {string} [extension] */
const templateId = (root, extension) => element('templateId', { root, extension })

/**
 * A template of the C-CDA family by the end of its identifier, or any other by the whole of it.
 *
 * @param {string} end
 * @param {string} extension
 */
export const template = (end, extension) =>
  templateId(end.startsWith('1.3.6.') ? end : `2.16.840.1.113883.10.20.22.${end}`, extension)

/** @param {string} anchor */
export const reference = (anchor) => element('text', {}, element('reference', { value: `#${anchor}` }))
export const status = (code = 'completed') => element('statusCode', { code })
/** @param {string} value */
export const at = (value) => element('effectiveTime', { value })
/** @param {string} low @param {string} [high] */
export const during = (low, high) =>
  element('effectiveTime', {}, element('low', { value: low }), high ? element('high', { value: high }) : null)

/** A date as people read it. @param {string} value */
export const readable = (value) => value.replace(/^(\d{4})(\d\d)(\d\d).*/, '$1-$2-$3')

/** @param {readonly string[]} headings @param {readonly (readonly string[])[]} rows first the anchor, then the cells */
export function table(headings, rows) {
  const head = element('tr', {}, ...headings.map((heading) => element('th', {}, heading)))
  const body = rows.map(([anchor, ...cells]) =>
    element('tr', { ID: anchor }, ...cells.map((cell) => element('td', {}, cell))),
  )
  return element('table', { border: 1, width: '100%' }, element('thead', {}, head), element('tbody', {}, ...body))
}

/**
 * @param {[end: string, extension: string]} form
 * @param {[code: string, name: string, title: string]} subject
 * @param {Element[]} narrative
 * @param {Element[]} [entries]
 */
export function section([end, extension], [code, name, title], narrative, entries = []) {
  const body = element(
    'section',
    {},
    template(end, extension),
    element('code', coded('loinc', code, name)),
    element('title', {}, title),
    element('text', {}, ...narrative),
    ...entries.map((entry) => element('entry', { typeCode: 'DRIV' }, entry)),
  )
  return element('component', {}, body)
}
