import { Asn1Error } from '../../../src/asn1/index.js'
import { decodeHex, encodeHex } from '../../../src/bytes/index.js'
import { DiscoveryError } from '../../../src/discovery/index.js'
import { LdapUnframer, readResponse } from '../../../src/node/ldap-messages.js'
import { same, type Target } from '../target.js'

const bound = '300c02010161070a010004000400'
const entry = '301b02010264160401783011300f04046d61696c31070405610040622e'
const done = '300c02010265070a010004000400'
const referral = '302702010265220a010a04000400a31904176c6461703a2f2f3132372e302e302e313a33382f6f3d78'
const reference = '300a02010273050403783a2f'
const longForm = `30811b02010264160401783011300f04046d61696c31070405610040622e`
const refused = '300c02010178070a013404000400'

const maxBytes = 100_000

function messagesIn(pieces: Iterable<Uint8Array>): readonly Uint8Array[] {
  const unframer = new LdapUnframer(maxBytes)
  const messages: Uint8Array[] = []
  for (const piece of pieces) messages.push(...unframer.push(piece))
  return messages
}

export const discoveryTargets: readonly Target[] = [
  {
    name: 'ldap-messages',
    files: ['node/ldap-messages.ts'],
    aside: ['bindRequest', 'unbindRequest', 'startTlsRequest', 'searchRequest', 'filterNode', 'text', 'message'],
    seeds: [],
    made: () => [bound, entry + done, referral, reference + done, longForm + done, refused].map(decodeHex),
    mutators: ['bytes'],
    own: [Asn1Error, DiscoveryError],
    run(input) {
      const whole = messagesIn([input])
      const apart = messagesIn(Array.from(input, (octet) => Uint8Array.of(octet)))
      same('in pieces it is the same', apart.map(encodeHex).join(), whole.map(encodeHex).join())
      for (const message of whole) readResponse(message)
    },
  },
]
