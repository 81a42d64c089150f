import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type AgentErrorCode =
  | 'ERR_AGENT_MESSAGE'
  | 'ERR_AGENT_NO_AUTHOR'
  | 'ERR_AGENT_NO_RECIPIENT'
  | 'ERR_AGENT_NO_IDENTITY'
  | 'ERR_AGENT_NOT_A_RECIPIENT'
  | 'ERR_AGENT_PORT'

/** A call that cannot be carried out as it was made. */
export class AgentError extends DirectError<AgentErrorCode> {
  readonly code: AgentErrorCode

  constructor(code: AgentErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}
