import type { Target } from './target.js'
import { asn1Targets } from './targets/asn1.js'
import { bytesTargets } from './targets/bytes.js'
import { cmsTargets } from './targets/cms.js'
import { cryptoTargets } from './targets/crypto.js'
import { discoveryTargets } from './targets/discovery.js'
import { dnsTargets } from './targets/dns.js'
import { journeyTargets } from './targets/journey.js'
import { keysTargets } from './targets/keys.js'
import { mimeTargets } from './targets/mime.js'
import { notificationTargets } from './targets/notification.js'
import { revocationTargets } from './targets/revocation.js'
import { toyTargets } from './targets/toys.js'
import { x509Targets } from './targets/x509.js'

/** Every parser of the repository that reads bytes of strangers. */
export const targets: readonly Target[] = [
  ...bytesTargets,
  ...asn1Targets,
  ...x509Targets,
  ...revocationTargets,
  ...cryptoTargets,
  ...keysTargets,
  ...cmsTargets,
  ...mimeTargets,
  ...notificationTargets,
  ...dnsTargets,
  ...discoveryTargets,
  ...journeyTargets,
]

/** By its name; the toys too, which show that the fuzzer finds what it looks for. */
export function targetNamed(name: string): Target {
  const target = [...targets, ...toyTargets].find((candidate) => candidate.name === name)
  if (!target) throw new Error(`no target is called ${name}`)
  return target
}
