/** The people of the demo. Nobody of these exists. */

/**
 * @typedef {{ street: string, city: string, state: string, postalCode: string }} Address
 * @typedef {{ id: string, given: string, family: string, birthDate: string, gender: 'F' | 'M', phone: string,
 *   address: Address }} Patient
 * @typedef {{ given: string, family: string, suffix: string, npi: string, direct: string, phone: string,
 *   organization: string, address: Address }} Clinician
 */

/** @type {Patient} */
export const patient = {
  id: 'MRN-0047113',
  given: 'Zoë',
  family: 'Müller-Ångström',
  birthDate: '1957-03-14',
  gender: 'F',
  phone: '+1-555-0143',
  address: { street: '17 Larkspur Lane', city: 'Springwater', state: 'OR', postalCode: '97999' },
}

/** @type {Clinician} */
export const author = {
  given: 'Ann',
  family: 'Archer',
  suffix: 'MD',
  npi: '1999999984',
  direct: 'ann@direct.clinic.example',
  phone: '+1-555-0100',
  organization: 'Example Clinic',
  address: { street: '1 Orchard Street', city: 'Springwater', state: 'OR', postalCode: '97999' },
}

/** @type {Clinician} */
export const recipient = {
  given: 'Bob',
  family: 'Baker',
  suffix: 'MD',
  npi: '1999999992',
  direct: 'bob@direct.hospital.example',
  phone: '+1-555-0200',
  organization: 'Example Hospital, Cardiology',
  address: { street: '200 Harbor Avenue', city: 'Northport', state: 'OR', postalCode: '97998' },
}
