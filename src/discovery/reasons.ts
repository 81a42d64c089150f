import { type Reasons, type StepWriter, stepsFrom } from '../verdict/index.js'

type DiscoveryReason =
  | 'listed'
  | 'not-listed'
  | 'candidate-taken'
  | 'candidate-refused'
  | 'dns-records'
  | 'dns-no-name'
  | 'dns-no-data'
  | 'dns-failed'
  | 'record-of-other-type'
  | 'record-unreadable'
  | 'url-fetched'
  | 'url-failed'
  | 'url-useless'
  | 'url-not-asked'
  | 'ldap-servers'
  | 'ldap-not-offered'
  | 'ldap-not-asked'
  | 'ldap-entries'
  | 'ldap-no-entry'
  | 'ldap-failed'

/** Everything this room says. */
const reasons: Reasons<DiscoveryReason> = {
  listed: { message: 'The list of certificates has some for this name.' },
  'not-listed': { message: 'The list of certificates has none for this name.' },
  'candidate-taken': { message: 'This certificate may be used.' },
  'candidate-refused': { message: 'This certificate may not be used.', standard: 'DISC-2' },
  'dns-records': { message: 'DNS has certificates for this name.', standard: 'DISC-1' },
  'dns-no-name': { message: 'DNS has no such name.', standard: 'DISC-1' },
  'dns-no-data': { message: 'DNS has no certificate for this name.', standard: 'DISC-1' },
  'dns-failed': {
    message: 'DNS did not tell whether it has a certificate for this name.',
    remedy:
      'Try again later; if it stays so, the name servers of the domain, or the resolver here, fail for CERT records.',
    standard: 'DISC-7',
  },
  'record-of-other-type': {
    message: 'A CERT record holds something else than a certificate, and is passed over.',
    standard: 'DISC-26',
  },
  'record-unreadable': {
    message: 'A certificate that was published cannot be read, and is passed over.',
    remedy: 'Tell the owner of the domain.',
    standard: 'DISC-26',
  },
  'url-fetched': { message: 'A record says where its certificate lies, and it was fetched.', standard: 'DISC-25' },
  'url-failed': {
    message: 'A record says where its certificate lies, and it could not be fetched.',
    remedy: 'Try again later; if it stays so, tell the owner of the domain.',
    standard: 'DISC-25',
  },
  'url-useless': {
    message: 'A record says where its certificate lies, and no certificate is there.',
    remedy: 'Tell the owner of the domain.',
    standard: 'DISC-25',
  },
  'url-not-asked': {
    message: 'A record says where its certificate lies; nothing is fetched here.',
    remedy: 'Give the discovery a retriever.',
    standard: 'DISC-25',
  },
  'ldap-servers': { message: 'The domain has a directory.', standard: 'DISC-40' },
  'ldap-not-offered': { message: 'The domain has no directory.', standard: 'DISC-43' },
  'ldap-not-asked': {
    message: 'Directories are not asked here.',
    remedy: 'Give the discovery a directory (ldapDirectory on Node).',
    standard: 'DISC-6',
  },
  'ldap-entries': { message: 'The directory has certificates for this name.', standard: 'DISC-47' },
  'ldap-no-entry': { message: 'The directory has no certificate for this name.', standard: 'DISC-47' },
  'ldap-failed': {
    message: 'A directory of the domain could not be asked.',
    remedy: 'Try again later; if it stays so, tell the owner of the domain.',
    standard: 'DISC-53',
  },
}

const writer: StepWriter<DiscoveryReason> = stepsFrom(reasons)
export const passed: StepWriter<DiscoveryReason>['passed'] = writer.passed
export const failed: StepWriter<DiscoveryReason>['failed'] = writer.failed
export const unknown: StepWriter<DiscoveryReason>['unknown'] = writer.unknown
export const skipped: StepWriter<DiscoveryReason>['skipped'] = writer.skipped
