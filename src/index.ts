/** direct-smime: the short list a newcomer needs. Everything else has a subpath of its own. */

export {
  type Agent,
  AgentError,
  type AgentOptions,
  createAgent,
  type IdentityStore,
  type Opened,
  type OutgoingMessage,
  type Policy,
  policies,
  type Receipt,
  replyTo,
  type Sealed,
  webPorts,
} from './agent/index.js'
export type { CryptoProvider } from './crypto/index.js'
export type { Discovery } from './discovery/index.js'
export { DirectError } from './errors/index.js'
export { type Identity, loadCertificates, loadIdentity } from './keys/index.js'
export type { TrustStore } from './trust/index.js'
export { type Explanation, explain, type Step } from './verdict/index.js'
