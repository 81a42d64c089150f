import type { Agent, Opened, Sealed } from '../../../src/agent/index.js'
import { equal } from '../../../src/bytes/index.js'
import { DirectError } from '../../../src/errors/index.js'
import { ann, bob, messageIn, notificationIn, now, outcomeOf } from '../world.js'
import { byteDeeds } from './bytes.js'
import { type Deed, type Fault, openingDeeds } from './opening.js'
import { agentWithin, type Surroundings, type Trial } from './scene.js'
import { answeringDeeds, sealingDeeds } from './sealing.js'

/** What became of a message under a fault; and of its twin, which the same agent gets when the fault is over. */
export interface Result {
  readonly outcome: string
  readonly twin: string
}

type Journey = (trial: Trial, fault: Fault) => Promise<Result>

/** Everything that can be done, by its name in the table. */
export const deeds: ReadonlyMap<string, (trial: Trial) => Promise<Result>> = new Map([
  ...on('opening: ', openingDeeds, opening),
  ...on('', byteDeeds, opening),
  ...on('sealing: ', sealingDeeds, sealing),
  ...on('answering: ', answeringDeeds, answering),
])

function on(prefix: string, all: Readonly<Record<string, Deed>>, journey: Journey) {
  return Object.entries(all).map(
    ([name, deed]) => [prefix + name, async (trial: Trial) => journey(trial, await deed(trial))] as const,
  )
}

async function opening(trial: Trial, fault: Fault): Promise<Result> {
  const { raw, sealed, hospital } = trial
  const envelope = trial.random.chance(0.5) && { envelope: { mailFrom: ann, rcptTo: [bob] } }
  const { agent, under } = agentUnder(hospital)
  const twin = () => named(async () => opened(await agent.open(raw, { ...envelope }), sealed))
  const before = fault.isLater && (await twin())
  const { receivedAt, signal } = fault
  const given = { ...envelope, ...(receivedAt !== undefined && { receivedAt }), ...(signal && { signal }) }
  const outcome = await under(fault, async () => opened(await agent.open(fault.raw ?? raw, given), sealed))
  return { outcome, twin: before || (await twin()) }
}

async function sealing(trial: Trial, fault: Fault): Promise<Result> {
  const { message, clinic, hospital } = trial
  const { agent, under } = agentUnder(clinic)
  const outcome = await under(fault, async () => {
    return sealed(await agent.seal(fault.raw ?? message, { ...(fault.signal && { signal: fault.signal }) }))
  })
  const twin = await named(async () => {
    const again = await agent.seal(message)
    return opened(await agentWithin(() => hospital).open(again.messages[0]!.raw), again)
  })
  return { outcome, twin }
}

async function answering({ raw, hospital, clinic }: Trial, fault: Fault): Promise<Result> {
  const { agent, under } = agentUnder(hospital)
  const { receipt } = messageIn(await agent.open(raw))
  const outcome = await under(fault, async () => sealed(await agent.acknowledge(receipt, 'processed')))
  const twin = await named(async () => {
    const { messages } = await agent.acknowledge(receipt, 'processed')
    const { spokenFor } = notificationIn(await agentWithin(() => clinic).open(messages[0]!.raw))
    return spokenFor.join() === bob ? 'message' : 'of somebody else'
  })
  return { outcome, twin }
}

/** Longer than an agent keeps the answer of a server. */
const keptMs = 2 * 3_600_000

/** An agent in sound surroundings, save while it is under a fault. */
function agentUnder(sound: Surroundings) {
  let current = sound
  const agent: Agent = agentWithin(() => current)
  return {
    agent,
    async under({ surroundings, signal, isKept }: Fault, journey: () => Promise<string>): Promise<string> {
      current = { ...sound, ...surroundings }
      const outcome = await named(journey, signal)
      current = isKept ? { ...sound, clock: () => now + keptMs } : sound
      return outcome
    },
  }
}

/** The name of an outcome, or of what was thrown: errors of our own, and the reason of a caller who gave up. */
async function named(journey: () => Promise<string>, signal?: AbortSignal): Promise<string> {
  try {
    return await journey()
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return 'aborted'
    if (!(error instanceof DirectError)) return `untyped: ${error instanceof Error ? error.stack : String(error)}`
    return `${error.temporary ? 'deferred' : 'rejected'} ${error.code}`
  }
}

/** `message` for the very one that was sealed, and for its reader alone; `duplicate` when it was handed out before. */
function opened(answer: Opened, { inner }: Sealed): string {
  if (answer.kind === 'deferred' || answer.kind === 'rejected') return `${answer.kind} ${answer.code}`
  if (answer.kind !== 'message') return outcomeOf(answer)
  const { message, recipients, rejected } = answer
  const isSame =
    equal(message.raw, inner) &&
    message.author === ann &&
    message.header.protection === 'signed' &&
    recipients.map(({ address }) => address).join() === bob &&
    rejected.length === 0
  if (!isSame) return 'another message'
  return recipients.some(({ duplicate }) => duplicate) ? 'duplicate' : 'message'
}

function sealed({ messages, rejected: [rejected] }: Pick<Sealed, 'messages' | 'rejected'>): string {
  if (!rejected) return messages.length === 1 ? 'sealed' : `${messages.length} messages`
  if (messages.length > 0) return 'sealed for who was rejected'
  return `${rejected.temporary ? 'deferred' : 'rejected'} ${rejected.code}`
}
