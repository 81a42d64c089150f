import { explain, type Step } from '../verdict/index.js'
import { adviceLines, remediesIn } from './advice.js'
import { agentOf } from './agent.js'
import { type Given, type Options, type Terminal, UsageError } from './command.js'
import { instantOrNow } from './judging.js'
import { addressOf } from './lookup.js'
import { discoveryOf } from './network.js'
import { json, printable } from './text.js'
import { anchorsOf } from './trust.js'

export const selfOptions: Options = {
  self: { type: 'boolean', help: 'look at oneself: keys and certificates of --identity, what is published, anchors' },
  within: { type: 'string', value: 'DAYS', help: 'of oneself: what ends so soon is told, 30 by default' },
  'peer-trust': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'of oneself: the anchors that others trust you by; else those of --trust',
  },
}

/** `doctor --self ADDRESS`: whether one can send and receive under an address, today and for a while. */
export async function checkSelf(given: Given, terminal: Terminal): Promise<number> {
  const address = addressOf(given)
  const days = Number(given.text('within') ?? 30)
  if (!(days > 0)) throw new UsageError('--within wants a number of days')
  const clock = () => instantOrNow(given, terminal)
  const agent = await agentOf(given, { ...terminal, clock }, discoveryOf(given, terminal))
  const checked = await agent.check(address, {
    withinMs: days * 86_400_000,
    ...(given.has('peer-trust') && { peerAnchors: await anchorsOf(given, 'peer-trust') }),
  })
  const { ok, problems, warnings, unknown, explanation } = checked
  // A warning is no failure, and comes with advice all the same.
  const said = [...problems, ...unknown, ...warnings].map(({ step }): Step => ({ ...step, outcome: 'failed' }))
  const remedies = remediesIn(said)
  if (given.has('json')) terminal.print(json({ address, ...checked, remedies }))
  else {
    const counts = `${problems.length} problems, ${unknown.length} unknown, ${warnings.length} warnings`
    const lines = [explain(explanation), '', `${printable(address)}: ${counts}`, ...adviceLines(remedies), '']
    terminal.print(lines.join('\n'))
  }
  if (ok) return 0
  return problems.length > 0 ? 1 : 2
}
