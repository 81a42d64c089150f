/** A C-CDA R2.1 Referral Note (HL7 CDA R2), as a clinic would send it. All synthetic, the same for the same input. */

import { seededNumbers, uuid } from './chance.js'
import { resultList, vitalSignList } from './measurements.js'
import { template } from './parts.js'
import {
  allergyList,
  immunizationList,
  medicationList,
  planOfTreatment,
  problemList,
  procedureList,
  reasonForReferral,
} from './sections.js'
import { documentText, element } from './xml.js'

/**
 * @typedef {import('./people.js').Address} Address
 * @typedef {import('./people.js').Patient} Patient
 * @typedef {import('./people.js').Clinician} Clinician
 * @typedef {import('./parts.js').Writing} Writing
 */

const msPerDay = 86_400_000
/** The identifiers HL7 sets aside for examples. */
const exampleRoot = '2.16.840.1.113883.19.5.99999'
const npiRoot = '2.16.840.1.113883.4.6'

/**
 * Writes the note: UTF-8 once encoded, line ends LF, some 120 KB. Dates inside count back from `at`; measured values and
 * identifiers come from a generator seeded with the patient and the time.
 *
 * @param {{ patient: Patient, author: Clinician, recipient: Clinician, at: Date }} note
 * @returns {string}
 */
export function referralNote({ patient, author, recipient, at }) {
  const next = seededNumbers(`${patient.id} ${at.toISOString()}`)
  const writing = {
    next,
    id: () => element('id', { root: uuid(next) }),
    day: (/** @type {number} */ days) => dateText(new Date(at.getTime() - days * msPerDay)),
  }
  const sections = [
    reasonForReferral(),
    problemList(writing),
    allergyList(writing),
    medicationList(writing),
    immunizationList(writing),
    resultList(writing),
    vitalSignList(writing),
    procedureList(writing),
    planOfTreatment(writing),
  ]
  return documentText(
    element(
      'ClinicalDocument',
      {
        xmlns: 'urn:hl7-org:v3',
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        'xmlns:sdtc': 'urn:hl7-org:sdtc',
      },
      ...documentHeader(patient, at, writing),
      recordTarget(patient, author),
      documentAuthor(author, at),
      custodian(author),
      informationRecipient(recipient),
      documentationOf(author, writing),
      componentOf(author, at, writing),
      element('component', {}, element('structuredBody', {}, ...sections)),
    ),
  )
}

/** @param {Date} date */
const dateText = (date) => date.toISOString().slice(0, 10).replaceAll('-', '')
/** @param {Date} date */
const timeText = (date) => `${date.toISOString().slice(0, 19).replace(/[-T:]/g, '')}+0000`

/** @param {Patient} patient @param {Date} at @param {Writing} writing */
function documentHeader(patient, at, { id, next }) {
  return [
    element('realmCode', { code: 'US' }),
    element('typeId', { root: '2.16.840.1.113883.1.3', extension: 'POCD_HD000040' }),
    template('1.1', '2015-08-01'),
    template('1.14', '2015-08-01'),
    id(),
    element('code', {
      code: '57133-1',
      codeSystem: '2.16.840.1.113883.6.1',
      codeSystemName: 'LOINC',
      displayName: 'Referral note',
    }),
    element('title', {}, `Referral Note: ${patient.given} ${patient.family}`),
    element('effectiveTime', { value: timeText(at) }),
    element('confidentialityCode', { code: 'N', codeSystem: '2.16.840.1.113883.5.25' }),
    element('languageCode', { code: 'en-US' }),
    element('setId', { root: uuid(next) }),
    element('versionNumber', { value: 1 }),
  ]
}

/** @param {Address} address @param {string} use */
function addr({ street, city, state, postalCode }, use) {
  return element(
    'addr',
    { use },
    element('streetAddressLine', {}, street),
    element('city', {}, city),
    element('state', {}, state),
    element('postalCode', {}, postalCode),
    element('country', {}, 'US'),
  )
}

/** @param {string} phone @param {string} use */
const telephone = (phone, use) => element('telecom', { use, value: `tel:${phone}` })

/** @param {{ given: string, family: string, suffix?: string }} person */
function name({ given, family, suffix }) {
  return element(
    'name',
    {},
    element('given', {}, given),
    element('family', {}, family),
    suffix ? element('suffix', {}, suffix) : null,
  )
}

/** @param {string} tag @param {Clinician} clinician */
function organization(tag, clinician) {
  return element(
    tag,
    {},
    element('id', { root: exampleRoot, extension: clinician.organization }),
    element('name', {}, clinician.organization),
    telephone(clinician.phone, 'WP'),
    addr(clinician.address, 'WP'),
  )
}

/** @param {Clinician} clinician */
const contact = ({ address, phone, direct }) => [
  addr(address, 'WP'),
  telephone(phone, 'WP'),
  element('telecom', { use: 'WP', value: `mailto:${direct}` }),
]

/** @param {Clinician} clinician */
const npi = (clinician) => element('id', { root: npiRoot, extension: clinician.npi })

/** @param {Patient} patient @param {Clinician} author */
function recordTarget(patient, author) {
  const category = (/** @type {string} */ tag, /** @type {string} */ code, /** @type {string} */ displayName) =>
    element(tag, { code, codeSystem: '2.16.840.1.113883.6.238', codeSystemName: 'Race & Ethnicity - CDC', displayName })
  const person = element(
    'patient',
    {},
    name(patient),
    element('administrativeGenderCode', { code: patient.gender, codeSystem: '2.16.840.1.113883.5.1' }),
    element('birthTime', { value: patient.birthDate.replaceAll('-', '') }),
    category('raceCode', '2106-3', 'White'),
    category('ethnicGroupCode', '2186-5', 'Not Hispanic or Latino'),
    element('languageCommunication', {}, element('languageCode', { code: 'en' })),
  )
  return element(
    'recordTarget',
    {},
    element(
      'patientRole',
      {},
      element('id', { root: `${exampleRoot}.2`, extension: patient.id }),
      addr(patient.address, 'HP'),
      telephone(patient.phone, 'HP'),
      person,
      organization('providerOrganization', author),
    ),
  )
}

/** @param {Clinician} author @param {Date} at */
function documentAuthor(author, at) {
  const assigned = element(
    'assignedAuthor',
    {},
    npi(author),
    ...contact(author),
    element('assignedPerson', {}, name(author)),
    organization('representedOrganization', author),
  )
  return element('author', {}, element('time', { value: timeText(at) }), assigned)
}

/** @param {Clinician} author */
function custodian(author) {
  const assigned = element('assignedCustodian', {}, organization('representedCustodianOrganization', author))
  return element('custodian', {}, assigned)
}

/** @param {Clinician} recipient */
function informationRecipient(recipient) {
  const intended = element(
    'intendedRecipient',
    {},
    npi(recipient),
    ...contact(recipient),
    element('informationRecipient', {}, name(recipient)),
    element('receivedOrganization', {}, element('name', {}, recipient.organization)),
  )
  return element('informationRecipient', {}, intended)
}

/** @param {Clinician} author */
const assignedEntity = (author) =>
  element('assignedEntity', {}, npi(author), ...contact(author), element('assignedPerson', {}, name(author)))

/** The care this note looks back on. @param {Clinician} author @param {Writing} writing */
function documentationOf(author, { day }) {
  const care = element(
    'serviceEvent',
    { classCode: 'PCPR' },
    element('effectiveTime', {}, element('low', { value: day(4380) }), element('high', { value: day(0) })),
    element('performer', { typeCode: 'PRF' }, assignedEntity(author)),
  )
  return element('documentationOf', {}, care)
}

/** The visit at which it was decided to refer. @param {Clinician} author @param {Date} at @param {Writing} writing */
function componentOf(author, at, { id, day }) {
  const visit = element(
    'encompassingEncounter',
    {},
    id(),
    element('code', {
      code: '99213',
      codeSystem: '2.16.840.1.113883.6.12',
      codeSystemName: 'CPT-4',
      displayName: 'Office outpatient visit',
    }),
    element('effectiveTime', {}, element('low', { value: day(0) }), element('high', { value: timeText(at) })),
    element('responsibleParty', {}, assignedEntity(author)),
  )
  return element('componentOf', {}, visit)
}
