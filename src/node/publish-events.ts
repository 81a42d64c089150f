import { channel } from 'node:diagnostics_channel'
import type { EventHandler } from '../agent/index.js'

/**
 * Publishes the events of an agent on a diagnostics channel, where tracing and metrics subscribe without the agent knowing
 * them.
 *
 * @param name - of the channel. Default `direct-smime`.
 *
 * @example
 * const agent = createAgent({ ...ports, onEvent: publishEvents() })
 */
export function publishEvents(name = 'direct-smime'): EventHandler {
  const events = channel(name)
  return (event) => events.publish(event)
}
