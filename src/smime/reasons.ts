import { type Reasons, type StepWriter, stepsFrom } from '../verdict/index.js'

/** Why an entity does not open. */
export type EnvelopeProblem = 'not-encrypted' | 'malformed' | 'not-decryptable'

/** Why the signature on an entity does not count. */
export type SignedEntityProblem = 'not-signed' | 'malformed' | 'signature-invalid'

/** Why a compressed entity stays as it is. */
export type CompressedEntityProblem = 'not-compressed' | 'malformed' | 'not-decompressible'

/** Why nested layers are not all opened. */
export type LayerProblem = EnvelopeProblem | SignedEntityProblem | CompressedEntityProblem | 'too-many-layers'

type SmimeReason = LayerProblem | 'decrypted' | 'signed' | 'decompressed'

/** Everything this room says, and the rule behind it. */
const reasons: Reasons<SmimeReason> = {
  decrypted: { message: 'The message is encrypted and was opened.', standard: 'AS-50' },
  signed: { message: 'The content is signed, and arrived as it was signed.', standard: 'AS-51' },
  'not-encrypted': {
    message: 'The message is not encrypted.',
    remedy: 'Direct messages are signed, then encrypted: ordinary mail does not belong here.',
    standard: 'AS-50, AS-82',
  },
  malformed: {
    message: 'The message says that it is S/MIME and is not.',
    remedy: 'Look for a gateway that cuts or edits mail on its way.',
    standard: 'RFC 8551 §3',
  },
  'not-decryptable': { message: 'The message does not open.', standard: 'AS-82' },
  'not-signed': {
    message: 'The message is not signed.',
    remedy: 'The sender must sign before encrypting.',
    standard: 'AS-83',
  },
  decompressed: { message: 'The content is compressed and was decompressed.', standard: 'RFC 8551 §3.6' },
  'not-compressed': { message: 'The content is not compressed.', standard: 'RFC 8551 §3.6' },
  'not-decompressible': { message: 'The compressed content does not open.', standard: 'RFC 8551 §3.6' },
  'too-many-layers': {
    message: 'The message has more layers of signature, encryption and compression than are opened.',
    remedy: 'Raise maxLayers if the sender is known.',
    standard: 'RFC 8551 §3.7',
  },
  'signature-invalid': { message: 'No signature on the message counts.', standard: 'AS-83' },
}

const writer: StepWriter<SmimeReason> = stepsFrom(reasons)
export const passed: StepWriter<SmimeReason>['passed'] = writer.passed
export const failed: StepWriter<SmimeReason>['failed'] = writer.failed
