import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sqliteTracking } from '../../src/node/index.js'
import { createTracker } from '../../src/tracking/index.js'
import { addressOf, heardOf, messageIdOf, preparedOf, startedAt } from '../tracking/crash-story.js'
import { ranWith } from './ran.js'

const folder = mkdtempSync(join(tmpdir(), 'direct-smime-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const command = ranWith({ at: startedAt + 1000 })

const [ann, bob] = ['ann@direct.clinic.example', 'bob@direct.hospital.example']
const about = ['--recipient', bob, '--to', ann, '--message-id', '<1@direct.clinic.example>']

describe('direct-smime mdn', () => {
  test.each(['processed', 'dispatched', 'displayed', 'deleted', 'failed'])(
    'writes "%s", and reads what it wrote',
    async (kind) => {
      const made = await command('mdn', '--make', kind, ...about)
      expect(made.code).toBe(0)
      const read = await command('mdn', '--json', file('mdn.eml', made.printed))
      expect(read.code).toBe(0)
      expect(JSON.parse(read.printed)).toMatchObject({
        type: 'disposition-notification',
        finalRecipient: bob,
        originalMessageId: '<1@direct.clinic.example>',
        disposition: { dispositionType: kind },
        finalDestinationDelivery: kind === 'dispatched',
      })
    },
  )

  test('writes a DSN with a reason, and tells it in words', async () => {
    const made = await command('mdn', '--make', 'dsn', '--status', 'mailbox-full', ...about)
    const { code, printed } = await command('mdn', file('dsn.eml', made.printed))
    expect(code).toBe(0)
    expect(printed.split('\n').map((line) => line.split(/ {2,}/).join(' ').trim())).toEqual([
      'type DSN',
      'about <1@direct.clinic.example>',
      'system direct.hospital.example',
      `recipient ${bob}`,
      'action failed',
      'status 5.2.2',
      '',
    ])
  })

  test.each([
    {
      comment: 'a bounce in words',
      text: `From: MAILER-DAEMON@x.example\n\n<${bob}>: no\n`,
      code: 1,
      says: /problem +no-report/,
    },
    { comment: 'a letter', text: 'From: ann@x.example\n\nhello\n', code: 2, says: /^no notification\n$/ },
    {
      comment: 'what a terminal would obey is not printed',
      text: 'From: MAILER-DAEMON@x.example\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\x1b[2Jb\n\nFinal-Recipient: rfc822; a@b.example\n',
      code: 1,
      says: /system +a\?\[2Jb\n/,
    },
  ])('$comment: exit code $code', async ({ text, code, says }) => {
    const answer = await command('mdn', file('other.eml', text))
    expect(answer.code).toBe(code)
    expect(answer.printed).toMatch(says)
  })

  test.each([
    { words: ['mdn', '/no/such/file'] },
    { words: ['mdn', 'a', 'b'] },
    { words: ['mdn', '--make', 'processed', '--to', ann] },
    { words: ['mdn', '--make', 'nonsense', ...about] },
    { words: ['mdn', '--make', 'processed', ...about, 'file'] },
  ])('called the wrong way it says so: $words', async ({ words }) => {
    const { code, printed, complained } = await command(...words)
    expect([code, printed]).toEqual([64, ''])
    expect(complained).toContain('usage: direct-smime mdn')
  })

  test('an address that is none cannot be written to', async () => {
    const { code, complained } = await command('mdn', '--make', 'processed', '--recipient', bob, '--to', 'a\r\nX: y')
    expect([code, complained]).toEqual([70, expect.stringContaining('ERR_MIME_ADDRESS_INVALID')])
  })
})

describe('direct-smime track', () => {
  test('wants a file that is there', async () => {
    expect((await command('track')).code).toBe(64)
    expect((await command('track', join(folder, 'none.db'))).code).toBe(64)
  })

  if (process.getBuiltinModule('node:sqlite')) {
    const path = join(folder, 'tracking.db')
    const filled = (async () => {
      const store = sqliteTracking(path)
      const tracker = createTracker({ store, clock: () => startedAt, crypto })
      for (const number of [0, 2, 4]) {
        await tracker.prepared(preparedOf(number))
        for (const heard of heardOf(number)) await tracker.received(heard)
      }
      store.close()
    })()

    test('a report, in words and as JSON', async () => {
      await filled
      const { code, printed } = await command('track', path)
      expect(code).toBe(0)
      expect(printed).toMatch(/delivered +1\n/)
      expect(printed).toContain(`${messageIdOf(4)} ${addressOf(4)}: processed, open`)
      const { counts } = JSON.parse((await command('track', path, '--json', '--hours', '1')).printed)
      expect(counts).toEqual({ sent: 0, processed: 3, delivered: 1, failed: 1, open: 1 })
      expect((await command('track', path, '--hours', 'many')).code).toBe(64)
    })

    test('one message, or none', async () => {
      await filled
      const { code, printed } = await command('track', path, messageIdOf(2))
      expect(code).toBe(0)
      expect(printed).toContain('outcome: failed (failure-notification)')
      expect(await command('track', path, '<none@x.example>')).toMatchObject({ code: 1, printed: 'no such message\n' })
    })

    test('under a key nobody is named', async () => {
      await filled
      const key = file('key', 'a secret')
      expect((await command('track', path, '--hmac-key', key)).printed).not.toContain('@direct.hospital.example')
      expect((await command('track', path)).printed).toContain('@direct.hospital.example')
    })
  } else {
    test('on a Node without node:sqlite it says what there is instead', async () => {
      const { code, complained } = await command('track', file('tracking.db', ''))
      expect([code, complained]).toEqual([70, expect.stringContaining('ERR_TRACKING_NO_SQLITE')])
    })
  }
})
