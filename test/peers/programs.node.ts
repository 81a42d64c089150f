import { bouncyCastle } from './bouncy-castle.node.js'
import { forgePeer } from './forge.node.js'
import { gpgsm } from './gpgsm.node.js'
import { nss } from './nss.node.js'
import { openssl } from './openssl.node.js'
import type { Peer } from './peer.js'
import { pkijsPeer } from './pkijs.node.js'
import { reference } from './reference.node.js'

/** Every independent program, in the order of the page. */
export const programs: readonly Peer[] = [openssl, bouncyCastle, reference, nss, gpgsm, pkijsPeer, forgePeer]
