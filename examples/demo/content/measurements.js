/** The sections with measured values, which come from the generator. */

import { panels, vitalSigns } from './clinical.js'
import { at, coded, readable, reference, section, status, table, template } from './parts.js'
import { element } from './xml.js'

/** @typedef {import('./parts.js').Writing} Writing */

/** How many days before the note blood was taken, newest first. */
const draws = [6, 98]
const visits = [0, 41]

/** @param {Writing} writing */
export function resultList({ day, next, id }) {
  const organizers = draws.flatMap((days, draw) =>
    panels.map((panel, p) => {
      const when = `${day(days)}0745+0000`
      const tests = panel.tests.map(([loinc, name, unit, low, high, decimals], t) => {
        // A little wider than normal on both sides, so that some values stand out.
        const value = (low + (high - low) * (next() * 1.24 - 0.12)).toFixed(decimals)
        const flag = Number(value) < low ? 'L' : Number(value) > high ? 'H' : 'N'
        return { anchor: `result${draw}-${p}-${t}`, loinc, name, unit, value, flag, range: [low, high] }
      })
      return { panel, when, tests }
    }),
  )
  const narrative = organizers.flatMap(({ panel, when, tests }) => [
    element('paragraph', {}, `${panel.name}, ${readable(when)}`),
    table(
      ['Test', 'Value', 'Unit', 'Reference range', 'Flag'],
      tests.map(({ anchor, name, value, unit, range: [low, high], flag }) => [
        anchor,
        name,
        value,
        unit,
        `${low}\u2013${high}`,
        flag === 'N' ? '' : flag,
      ]),
    ),
  ])
  const entries = organizers.map(({ panel, when, tests }) =>
    element(
      'organizer',
      { classCode: 'BATTERY', moodCode: 'EVN' },
      template('4.1', '2015-08-01'),
      id(),
      element('code', coded('loinc', panel.loinc, panel.name)),
      status(),
      element('effectiveTime', {}, element('low', { value: when }), element('high', { value: when })),
      ...tests.map((test) => element('component', {}, resultObservation(test, when, id()))),
    ),
  )
  return section(
    ['2.3.1', '2015-08-01'],
    ['30954-2', 'Relevant diagnostic tests and laboratory data', 'Results'],
    narrative,
    entries,
  )
}

/**
 * @param {{ anchor: string, loinc: string, name: string, unit: string, value: string, flag: string, range: number[] }} test
 * @param {string} when
 * @param {import('./xml.js').Element} id
 */
function resultObservation({ anchor, loinc, name, unit, value, flag, range: [low, high] }, when, id) {
  const limits = element(
    'value',
    { 'xsi:type': 'IVL_PQ' },
    element('low', { value: low, unit }),
    element('high', { value: high, unit }),
  )
  return element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN' },
    template('4.2', '2015-08-01'),
    id,
    element('code', coded('loinc', loinc, name)),
    reference(anchor),
    status(),
    at(when),
    element('value', { 'xsi:type': 'PQ', value, unit }),
    element('interpretationCode', coded('interpretation', flag)),
    element('referenceRange', {}, element('observationRange', {}, limits)),
  )
}

/** @param {Writing} writing */
export function vitalSignList({ day, next, id }) {
  const taken = visits.map((days, visit) => ({
    when: `${day(days)}0910+0000`,
    signs: vitalSigns.map(([loinc, name, unit, low, high, decimals], s) => {
      const value = (low + (high - low) * next()).toFixed(decimals)
      return { anchor: `vital${visit}-${s}`, loinc, name, unit, value }
    }),
  }))
  const narrative = taken.flatMap(({ when, signs }) => [
    element('paragraph', {}, `Taken on ${readable(when)}`),
    table(
      ['Sign', 'Value', 'Unit'],
      signs.map(({ anchor, name, value, unit }) => [anchor, name, value, unit]),
    ),
  ])
  const entries = taken.map(({ when, signs }) =>
    element(
      'organizer',
      { classCode: 'CLUSTER', moodCode: 'EVN' },
      template('4.26', '2015-08-01'),
      id(),
      element(
        'code',
        coded('snomed', '46680005', 'Vital signs'),
        element(
          'translation',
          coded('loinc', '74728-7', 'Vital signs, weight, height, head circumference, oxygen saturation and BMI panel'),
        ),
      ),
      status(),
      at(when),
      ...signs.map(({ anchor, loinc, name, unit, value }) =>
        element(
          'component',
          {},
          element(
            'observation',
            { classCode: 'OBS', moodCode: 'EVN' },
            template('4.27', '2014-06-09'),
            id(),
            element('code', coded('loinc', loinc, name)),
            reference(anchor),
            status(),
            at(when),
            element('value', { 'xsi:type': 'PQ', value, unit }),
          ),
        ),
      ),
    ),
  )
  return section(['2.4.1', '2015-08-01'], ['8716-3', 'Vital signs', 'Vital Signs'], narrative, entries)
}
