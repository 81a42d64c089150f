import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type AgentErrorCode =
  /** The message cannot be written or read: an address, an identifier or a field is none. */
  | 'ERR_AGENT_MESSAGE'
  /** From does not name exactly one mailbox. */
  | 'ERR_AGENT_NO_AUTHOR'
  /** Neither the envelope nor the message names anybody. */
  | 'ERR_AGENT_NO_RECIPIENT'
  /** No identity with a signing key that is valid today speaks for the author. */
  | 'ERR_AGENT_NO_IDENTITY'
  /** The receipt that is to be answered names no such recipient. */
  | 'ERR_AGENT_NOT_A_RECIPIENT'
  /** The sender has not asked to be told of this disposition. */
  | 'ERR_AGENT_NOT_REQUESTED'
  /** A store or the signing key did not answer; temporary. */
  | 'ERR_AGENT_PORT'

/** A call that cannot be carried out as it was made. */
export class AgentError extends DirectError<AgentErrorCode> {
  readonly code: AgentErrorCode

  constructor(code: AgentErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}
