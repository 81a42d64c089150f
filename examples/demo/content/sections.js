/** The sections that tell a history: for each a table to read and the same facts as coded entries. */

import { allergies, immunizations, medications, plans, problems, procedures, reason } from './clinical.js'
import { at, coded, during, readable, reference, section, status, table, template } from './parts.js'
import { element } from './xml.js'

/**
 * @typedef {import('./xml.js').Element} Element
 * @typedef {import('./parts.js').Writing} Writing
 */

export function reasonForReferral() {
  const paragraphs = reason.map((paragraph) => element('paragraph', {}, paragraph))
  return section(
    ['1.3.6.1.4.1.19376.1.5.3.1.3.1', '2014-06-09'],
    ['42349-1', 'Reason for referral', 'Reason for Referral'],
    paragraphs,
  )
}

/** @param {Writing} writing */
export function problemList({ day, id }) {
  const rows = problems.map(({ name, snomed, days, until, status: state }, i) => {
    const ended = until === undefined ? '' : readable(day(until))
    return [`problem${i}`, name, snomed, readable(day(days)), ended, state]
  })
  const entries = problems.map(({ snomed, name, days, until, status: state }, i) => {
    const end = until === undefined ? undefined : day(until)
    const observation = element(
      'observation',
      { classCode: 'OBS', moodCode: 'EVN' },
      template('4.4', '2015-08-01'),
      id(),
      element(
        'code',
        coded('snomed', '55607006', 'Problem'),
        element('translation', coded('loinc', '75326-9', 'Problem')),
      ),
      reference(`problem${i}`),
      status(),
      during(day(days), end),
      element('value', { 'xsi:type': 'CD', ...coded('snomed', snomed, name) }),
    )
    return concern('4.3', id, state === 'Active' ? 'active' : 'completed', during(day(days), end), observation)
  })
  const headings = ['Problem', 'SNOMED CT', 'Since', 'Until', 'Status']
  return section(['2.5.1', '2015-08-01'], ['11450-4', 'Problem list', 'Problems'], [table(headings, rows)], entries)
}

/** @param {string} end @param {Writing['id']} id @param {string} state @param {Element} when @param {Element} observation */
function concern(end, id, state, when, observation) {
  return element(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    template(end, '2015-08-01'),
    id(),
    element('code', coded('actClass', 'CONC', 'Concern')),
    status(state),
    when,
    element('entryRelationship', { typeCode: 'SUBJ' }, observation),
  )
}

/** @param {Writing} writing */
export function allergyList({ day, id }) {
  const rows = allergies.map(({ name, reaction, severity, days }, i) => [
    `allergy${i}`,
    name,
    reaction[1],
    severity[1],
    readable(day(days)),
  ])
  const entries = allergies.map(({ rxnorm, name, reaction, severity, days }, i) => {
    const finding = (
      /** @type {string} */ end,
      /** @type {Element} */ code,
      /** @type {[string, string]} */ value,
      nested = /** @type {Element[]} */ ([]),
    ) =>
      element(
        'observation',
        { classCode: 'OBS', moodCode: 'EVN' },
        template(end, '2014-06-09'),
        id(),
        code,
        status(),
        element('value', { 'xsi:type': 'CD', ...coded('snomed', value[0], value[1]) }),
        ...nested,
      )
    const assertion = element('code', coded('act', 'ASSERTION'))
    const how = element(
      'entryRelationship',
      { typeCode: 'SUBJ', inversionInd: 'true' },
      finding('4.8', element('code', coded('act', 'SEV', 'Severity')), severity),
    )
    const allergen = element('playingEntity', { classCode: 'MMAT' }, element('code', coded('rxnorm', rxnorm, name)))
    const observation = element(
      'observation',
      { classCode: 'OBS', moodCode: 'EVN' },
      template('4.7', '2014-06-09'),
      id(),
      assertion,
      reference(`allergy${i}`),
      status(),
      during(day(days)),
      element('value', { 'xsi:type': 'CD', ...coded('snomed', '416098002', 'Allergy to drug') }),
      element('participant', { typeCode: 'CSM' }, element('participantRole', { classCode: 'MANU' }, allergen)),
      element(
        'entryRelationship',
        { typeCode: 'MFST', inversionInd: 'true' },
        finding('4.9', assertion, reaction, [how]),
      ),
    )
    return concern('4.30', id, 'active', during(day(days)), observation)
  })
  const headings = ['Substance', 'Reaction', 'Severity', 'Since']
  return section(
    ['2.6.1', '2015-08-01'],
    ['48765-2', 'Allergies and adverse reactions', 'Allergies'],
    [table(headings, rows)],
    entries,
  )
}

/** @param {[end: string, extension: string]} form @param {Element} code @param {string} [lot] */
function consumable(form, code, lot) {
  const material = element('manufacturedMaterial', {}, code, lot ? element('lotNumberText', {}, lot) : null)
  return element('consumable', {}, element('manufacturedProduct', { classCode: 'MANU' }, template(...form), material))
}

/** @param {Writing} writing */
export function medicationList({ day, id }) {
  const rows = medications.map(({ name, hours, days, advice }, i) => [
    `medication${i}`,
    name,
    `every ${hours} hours`,
    readable(day(days)),
    advice,
  ])
  const entries = medications.map(({ rxnorm, name, hours, days }, i) =>
    element(
      'substanceAdministration',
      { classCode: 'SBADM', moodCode: 'INT' },
      template('4.16', '2014-06-09'),
      id(),
      reference(`medication${i}`),
      status('active'),
      element('effectiveTime', { 'xsi:type': 'IVL_TS' }, element('low', { value: day(days) })),
      element(
        'effectiveTime',
        { 'xsi:type': 'PIVL_TS', institutionSpecified: 'true', operator: 'A' },
        element('period', { value: hours, unit: 'h' }),
      ),
      element('routeCode', {
        code: 'C38288',
        codeSystem: '2.16.840.1.113883.3.26.1.1',
        codeSystemName: 'NCI Thesaurus',
        displayName: 'ORAL',
      }),
      element('doseQuantity', { value: 1 }),
      consumable(['4.23', '2014-06-09'], element('code', coded('rxnorm', rxnorm, name))),
    ),
  )
  const headings = ['Medication', 'How often', 'Since', 'Advice']
  return section(
    ['2.1.1', '2014-06-09'],
    ['10160-0', 'History of medication use', 'Medications'],
    [table(headings, rows)],
    entries,
  )
}

/** @param {Writing} writing */
export function immunizationList({ day, id }) {
  const rows = immunizations.map(({ name, cvx, days, lot }, i) => [
    `immunization${i}`,
    name,
    cvx,
    readable(day(days)),
    lot,
  ])
  const entries = immunizations.map(({ cvx, name, days, lot }, i) =>
    element(
      'substanceAdministration',
      { classCode: 'SBADM', moodCode: 'EVN', negationInd: 'false' },
      template('4.52', '2015-08-01'),
      id(),
      reference(`immunization${i}`),
      status(),
      at(day(days)),
      consumable(['4.54', '2014-06-09'], element('code', coded('cvx', cvx, name)), lot),
    ),
  )
  return section(
    ['2.2.1', '2015-08-01'],
    ['11369-6', 'History of immunization', 'Immunizations'],
    [table(['Vaccine', 'CVX', 'Given', 'Lot'], rows)],
    entries,
  )
}

/** @param {Writing} writing */
export function procedureList({ day, id }) {
  const rows = procedures.map(({ name, snomed, days, by }, i) => [
    `procedure${i}`,
    name,
    snomed,
    readable(day(days)),
    by,
  ])
  const entries = procedures.map(({ snomed, name, days }, i) =>
    element(
      'procedure',
      { classCode: 'PROC', moodCode: 'EVN' },
      template('4.14', '2014-06-09'),
      id(),
      element(
        'code',
        coded('snomed', snomed, name),
        element('originalText', {}, element('reference', { value: `#procedure${i}` })),
      ),
      status(),
      at(day(days)),
    ),
  )
  return section(
    ['2.7.1', '2014-06-09'],
    ['47519-4', 'History of procedures', 'Procedures'],
    [table(['Procedure', 'SNOMED CT', 'Date', 'By'], rows)],
    entries,
  )
}

/** @param {Writing} writing */
export function planOfTreatment({ day, id }) {
  const rows = plans.map(({ name, days }, i) => [`plan${i}`, name, readable(day(-days))])
  const entries = plans.map(({ visit, code, name, days }, i) => {
    const what = element('code', coded(visit ? 'snomed' : 'loinc', code, name))
    const facts = [id(), what, reference(`plan${i}`), status('active'), at(day(-days))]
    return visit
      ? element('encounter', { classCode: 'ENC', moodCode: 'INT' }, template('4.40', '2014-06-09'), ...facts)
      : element('observation', { classCode: 'OBS', moodCode: 'RQO' }, template('4.44', '2014-06-09'), ...facts)
  })
  return section(
    ['2.10', '2014-06-09'],
    ['18776-5', 'Plan of care note', 'Plan of Treatment'],
    [table(['What', 'When'], rows)],
    entries,
  )
}
