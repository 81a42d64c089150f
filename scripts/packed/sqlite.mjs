// A tracker keeps its records in SQLite where Node has it, and says what there is instead where not.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteTracking } from 'direct-smime/node'
import { createTracker } from 'direct-smime/tracking'

const folder = mkdtempSync(join(tmpdir(), 'direct-smime-sqlite-'))
const path = join(folder, 'tracking.db')
try {
  if (process.getBuiltinModule('node:sqlite')) await keeps()
  else assert.throws(() => sqliteTracking(path), { code: 'ERR_TRACKING_NO_SQLITE', message: /Node 22 or later/ })
} finally {
  rmSync(folder, { recursive: true })
}

async function keeps() {
  const sealed = {
    messageId: '<1@direct.clinic.example>',
    author: 'ann@direct.clinic.example',
    deliveryRequested: true,
    inner: new Uint8Array(),
    accepted: [{ address: 'bob@direct.hospital.example' }],
    rejected: [],
  }
  const first = sqliteTracking(path)
  await createTracker({ store: first, clock: () => 1000, crypto }).prepared(sealed)
  first.close()
  const second = sqliteTracking(path)
  const tracker = createTracker({ store: second, clock: () => 2000, crypto, claimMs: 0 })
  assert.deepEqual(await tracker.due(), [])
  assert.equal((await tracker.due({ at: 3_601_000 })).at(0)?.reason, 'time-limit')
  second.close()
}
