/** Agent: the Security/Trust Agent, which seals what goes out, opens what comes in, and answers (Applicability Statement). */

export type { Acknowledged, AcknowledgeOptions, Disposition } from './acknowledge.js'
export { type AlgorithmProfile, type Algorithms, algorithmProfiles } from './algorithms.js'
export type { Checked, CheckOptions } from './check.js'
export type { Finding, SelfProblem } from './check-reasons.js'
export { type Agent, type AgentOptions, createAgent } from './create-agent.js'
export type { PeerSettings } from './encryption-settings.js'
export { AgentError, type AgentErrorCode } from './errors.js'
export type { AgentEvent, EventHandler, Peer } from './events.js'
export {
  type EvidenceProblem,
  type ReceivedEvidence,
  type TrustedPath,
  verifyEvidence,
} from './evidence.js'
export { type IdentityQuery, type IdentityStore, identityList } from './identity-store.js'
export type { IsOurs } from './is-ours.js'
export { type LimiterOptions, limiterInMemory, type NotificationLimiter, type NotificationRequest } from './limiter.js'
export type { AgentLimits } from './limits.js'
export type { Message, MessageHeader } from './message.js'
export type {
  Deferred,
  Opened,
  OpenedMessage,
  OpenedNotification,
  OpenedRecipient,
  OpenOptions,
  Receipt,
  Rejected,
  RejectedLocalRecipient,
  SmtpAdvice,
} from './opened.js'
export { type Policy, policies } from './policy.js'
export type { LocalRecipientProblem, MessageProblem, PortProblem, RecipientProblem } from './reasons.js'
export { type Reply, type ReplyOptions, replyTo } from './reply.js'
export type { ReportOptions, Undelivered } from './report-failure.js'
export type {
  Envelope,
  OutgoingMessage,
  RejectedRecipient,
  Sealed,
  SealedMessage,
  SealedRecipient,
  SealOptions,
} from './sealed.js'
export { type SeenStore, seenInMemory } from './seen.js'
export type { Serves } from './served.js'
export { type WebPorts, type WebPortsOptions, webPorts } from './web-ports.js'
