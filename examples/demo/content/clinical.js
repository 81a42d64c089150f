/** What is known of the patient, as tables. Codes are real, the history is invented; days count back from the note. */

export const problems = [
  { snomed: '38341003', name: 'Hypertensive disorder', days: 4380, status: 'Active' },
  { snomed: '44054006', name: 'Diabetes mellitus type 2', days: 3285, status: 'Active' },
  { snomed: '55822004', name: 'Hyperlipidemia', days: 3270, status: 'Active' },
  { snomed: '49436004', name: 'Atrial fibrillation', days: 41, status: 'Active' },
  { snomed: '195967001', name: 'Asthma', days: 9125, status: 'Active' },
  { snomed: '396275006', name: 'Osteoarthritis', days: 2190, status: 'Active' },
  { snomed: '235595009', name: 'Gastroesophageal reflux disease', days: 1825, until: 700, status: 'Resolved' },
]

/**
 * Reaction and severity are a code and its name.
 *
 * @type {{ rxnorm: string, name: string, reaction: [string, string], severity: [string, string], days: number }[]}
 */
export const allergies = [
  {
    rxnorm: '7980',
    name: 'penicillin G',
    reaction: ['247472004', 'Wheal'],
    severity: ['6736007', 'Moderate'],
    days: 12045,
  },
  { rxnorm: '2670', name: 'codeine', reaction: ['422587007', 'Nausea'], severity: ['255604002', 'Mild'], days: 5110 },
  { rxnorm: '1191', name: 'aspirin', reaction: ['56018004', 'Wheezing'], severity: ['24484000', 'Severe'], days: 7300 },
]

export const medications = [
  {
    rxnorm: '314076',
    name: 'lisinopril 10 MG Oral Tablet',
    hours: 24,
    days: 2900,
    advice: 'One tablet in the morning',
  },
  { rxnorm: '197361', name: 'amlodipine 5 MG Oral Tablet', hours: 24, days: 1460, advice: 'One tablet in the morning' },
  { rxnorm: '861007', name: 'metformin hydrochloride 500 MG Oral Tablet', hours: 12, days: 3200, advice: 'With meals' },
  { rxnorm: '617312', name: 'atorvastatin 10 MG Oral Tablet', hours: 24, days: 3200, advice: 'One tablet at bedtime' },
  {
    rxnorm: '866924',
    name: 'metoprolol tartrate 25 MG Oral Tablet',
    hours: 12,
    days: 40,
    advice: 'Hold if pulse is below 55',
  },
  {
    rxnorm: '313782',
    name: 'acetaminophen 325 MG Oral Tablet',
    hours: 8,
    days: 600,
    advice: 'As needed for knee pain',
  },
]

export const immunizations = [
  { cvx: '140', name: 'Influenza, seasonal, injectable, preservative free', days: 210, lot: 'FX-2207' },
  { cvx: '33', name: 'Pneumococcal polysaccharide PPV23', days: 1130, lot: 'PN-0418' },
  { cvx: '115', name: 'Tdap', days: 2555, lot: 'TD-9931' },
  { cvx: '187', name: 'Zoster vaccine recombinant', days: 900, lot: 'ZR-1186' },
]

/**
 * @typedef {[loinc: string, name: string, unit: string, low: number, high: number, decimals: number]} Measure
 *   the unit in UCUM
 */

/**
 * Low and high of a test are its reference range.
 *
 * @type {{ loinc: string, name: string, tests: Measure[] }[]}
 */
export const panels = [
  {
    loinc: '24323-8',
    name: 'Comprehensive metabolic 2000 panel - Serum or Plasma',
    tests: [
      ['2345-7', 'Glucose', 'mg/dL', 74, 106, 0],
      ['3094-0', 'Urea nitrogen', 'mg/dL', 7, 20, 0],
      ['2160-0', 'Creatinine', 'mg/dL', 0.6, 1.1, 2],
      ['2951-2', 'Sodium', 'mmol/L', 136, 145, 0],
      ['2823-3', 'Potassium', 'mmol/L', 3.5, 5.1, 1],
      ['2075-0', 'Chloride', 'mmol/L', 98, 107, 0],
      ['2028-9', 'Carbon dioxide, total', 'mmol/L', 22, 29, 0],
      ['17861-6', 'Calcium', 'mg/dL', 8.6, 10.2, 1],
      ['2885-2', 'Protein', 'g/dL', 6.4, 8.3, 1],
      ['1751-7', 'Albumin', 'g/dL', 3.5, 5.2, 1],
      ['1975-2', 'Bilirubin, total', 'mg/dL', 0.2, 1.2, 1],
      ['6768-6', 'Alkaline phosphatase', 'U/L', 35, 104, 0],
      ['1920-8', 'Aspartate aminotransferase', 'U/L', 10, 35, 0],
      ['1742-6', 'Alanine aminotransferase', 'U/L', 10, 35, 0],
    ],
  },
  {
    loinc: '58410-2',
    name: 'CBC panel - Blood by Automated count',
    tests: [
      ['6690-2', 'Leukocytes', '10*3/uL', 4.5, 11, 1],
      ['789-8', 'Erythrocytes', '10*6/uL', 3.9, 5.2, 2],
      ['718-7', 'Hemoglobin', 'g/dL', 12, 15.5, 1],
      ['4544-3', 'Hematocrit', '%', 36, 46, 1],
      ['787-2', 'Mean corpuscular volume', 'fL', 80, 100, 0],
      ['777-3', 'Platelets', '10*3/uL', 150, 400, 0],
    ],
  },
  {
    loinc: '57698-3',
    name: 'Lipid panel with direct LDL - Serum or Plasma',
    tests: [
      ['2093-3', 'Cholesterol', 'mg/dL', 120, 200, 0],
      ['2571-8', 'Triglyceride', 'mg/dL', 50, 150, 0],
      ['2085-9', 'Cholesterol in HDL', 'mg/dL', 40, 80, 0],
      ['18262-6', 'Cholesterol in LDL, direct assay', 'mg/dL', 60, 130, 0],
    ],
  },
]

/**
 * Low and high of a sign are what this patient shows.
 *
 * @type {Measure[]}
 */
export const vitalSigns = [
  ['8480-6', 'Systolic blood pressure', 'mm[Hg]', 128, 152, 0],
  ['8462-4', 'Diastolic blood pressure', 'mm[Hg]', 76, 94, 0],
  ['8867-4', 'Heart rate', '/min', 74, 118, 0],
  ['9279-1', 'Respiratory rate', '/min', 14, 18, 0],
  ['8310-5', 'Body temperature', 'Cel', 36.4, 37.1, 1],
  ['59408-5', 'Oxygen saturation by pulse oximetry', '%', 95, 99, 0],
  ['29463-7', 'Body weight', 'kg', 78.5, 80.5, 1],
  ['8302-2', 'Body height', 'cm', 166, 166, 0],
]

export const procedures = [
  { snomed: '29303009', name: 'Electrocardiographic procedure', days: 41, by: 'José Núñez, RN' },
  { snomed: '40701008', name: 'Echocardiography', days: 20, by: 'Søren Lindqvist, MD' },
  { snomed: '73761001', name: 'Colonoscopy', days: 1270, by: 'Françoise Lefèvre, MD' },
  { snomed: '80146002', name: 'Excision of appendix', days: 15330, by: 'not recorded' },
]

/** Visits have SNOMED CT codes, tests LOINC codes. */
export const plans = [
  { visit: true, code: '185389009', name: 'Follow-up visit, cardiology', days: 10 },
  { visit: false, code: '2823-3', name: 'Potassium in serum or plasma', days: 14 },
  { visit: false, code: '34714-6', name: 'INR in blood by coagulation assay', days: 14 },
]

export const reason = [
  'Atrial fibrillation, found six weeks ago on a routine electrocardiogram. The ventricular rate is controlled with metoprolol; palpitations remain on exertion, about twice a week.',
  'Please advise on rhythm control and on anticoagulation. CHA\u2082DS\u2082-VASc is 4 (age 65\u201374, sex, hypertension, diabetes). She cannot take aspirin, see allergies.',
  'Left ventricular function was normal on echocardiography; the left atrium measures 43\u00a0mm.',
]
