import { type Agent, createAgent, type Envelope } from '../agent/index.js'
import type { Discovery } from '../discovery/index.js'
import type { Given, Options, Terminal } from './command.js'
import { identitiesOf, identityOptions } from './identity.js'
import { policyOf, policyOption } from './judging.js'
import { fetchOf, fetchOptions } from './network.js'
import { neededAnchorsOf, trustOption } from './trust.js'

/** What an agent is made of. */
export const agentOptions: Options = { ...identityOptions, ...trustOption, ...policyOption, ...fetchOptions }

/** An agent for one call. */
export async function agentOf(given: Given, terminal: Terminal, discovery: Discovery): Promise<Agent> {
  const fetch = fetchOf(given)
  return createAgent({
    identities: await identitiesOf(given, terminal),
    trust: await neededAnchorsOf(given),
    policy: policyOf(given),
    clock: terminal.clock,
    discovery,
    ...(fetch && { fetch }),
  })
}

/** The envelope, as far as options speak of it. */
export function envelopeOf(mailFrom: string | undefined, rcptTo: readonly string[]): Partial<Envelope> {
  return { ...(mailFrom !== undefined && { mailFrom }), ...(rcptTo.length > 0 && { rcptTo }) }
}
