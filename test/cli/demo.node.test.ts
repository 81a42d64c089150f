import { createServer, Socket } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { ran } from './ran.js'

describe('direct-smime demo', () => {
  test('exit code 0: a message, its answer and three refusals, without a socket', async () => {
    const connect = vi.spyOn(Socket.prototype, 'connect')
    const listen = vi.spyOn(Object.getPrototypeOf(createServer()), 'listen')
    const { code, printed } = await ran('demo')
    expect([code, connect.mock.calls, listen.mock.calls]).toEqual([0, [], []])
    for (const spy of [connect, listen]) spy.mockRestore()
    expect(printed).toContain('The hospital opens it: message\n')
    expect(printed).toContain('the clinic opens it: notification\n')
    expect(printed.match(/^Refused: /gm)).toHaveLength(3)
    expect(printed).not.toMatch(/PRIVATE KEY|Please see/)
  })

  test('--json', async () => {
    const chapters: { outcome: string; explanation: { code: string } }[] = JSON.parse(
      (await ran('demo', '--json')).printed,
    )
    const outcomes = chapters.map(({ outcome }) => outcome)
    expect(outcomes.slice(0, 5)).toEqual(['sealed', 'message', 'notification', 'no-certificate', 'untrusted'])
    // What comes of octets that were changed depends on which.
    const accepted = chapters.filter(({ explanation }) => explanation.code === 'accepted')
    expect([chapters.length, accepted.length]).toEqual([6, 3])
  })

  test('64: a file', async () => expect((await ran('demo', 'file')).code).toBe(64))
})
