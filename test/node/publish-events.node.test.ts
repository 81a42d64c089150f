import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import type { AgentEvent } from '../../src/agent/index.js'
import { publishEvents } from '../../src/node/index.js'

test('events come to those who subscribe to the channel', () => {
  const heard: unknown[] = []
  const listen = (event: unknown) => heard.push(event)
  const event: AgentEvent = { type: 'opened', at: 0, kind: 'rejected', code: 'malformed' }
  const publish = publishEvents('test-channel')
  publish(event)
  subscribe('test-channel', listen)
  publish(event)
  unsubscribe('test-channel', listen)
  publish(event)
  expect(heard).toEqual([event])
})
