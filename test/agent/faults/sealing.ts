import { identityList } from '../../../src/agent/index.js'
import { certificateList } from '../../../src/discovery/index.js'
import { anchorOf } from '../../../src/path/index.js'
import { anchorList } from '../../../src/trust/index.js'
import type { Certificate } from '../../../src/x509/index.js'
import { type Issue, issueMailbox } from '../../helpers/issue.js'
import { ann, bob, day, lines, now } from '../world.js'
import { type Deed, type Fault, failing, kept, silent, withPage } from './opening.js'
import { answerOf, carol, listAt, listOf, pointers, type Surroundings, type Trial } from './scene.js'

/** The sender with another key in the place of its own. */
function senderWith({ sender }: Trial, sign: () => Promise<never>): Partial<Surroundings> {
  const signing = sender.identity.signing!
  const key = { ...signing.key, sign }
  return { identities: identityList([{ ...sender.identity, signing: { ...signing, key } }]) }
}

/** The directory holds another certificate of Bob's than he has. */
function publishes(draft: (trial: Trial) => Partial<Issue>): Deed {
  return async (trial) => {
    const given = draft(trial)
    const key = JSON.stringify(given)
    const issued = made.get(key) ?? issueMailbox(bob, { cn: bob, by: 'Hospital CA', ...pointers('hospital'), ...given })
    made.set(key, issued)
    return { surroundings: { discovery: certificateList([await issued]) } }
  }
}
const made = new Map<string, Promise<Certificate>>()

export const sealingDeeds: Readonly<Record<string, Deed>> = {
  'the store of identities fails': ({ random }) => ({ surroundings: { identities: { find: failing(random) } } }),
  'the store of anchors fails': ({ random }) => ({ surroundings: { trust: { anchors: failing(random) } } }),
  'the key service fails': (trial) => ({ surroundings: senderWith(trial, failing(trial.random)) }),
  'the key service is silent, the caller gives up': (trial) => {
    const { port, signal } = silent(trial.random)
    return { surroundings: senderWith(trial, port), signal }
  },
  'the directory fails': ({ random }) => ({ surroundings: { discovery: { find: failing(random) } } }),
  'the directory is silent, the caller gives up': ({ random }) => {
    const { port, signal } = silent(random)
    return { surroundings: { discovery: { find: port } }, signal }
  },
  'a server of lists has an error': (trial) => {
    return withPage(trial, listAt('hospital'), async () => new Response('', { status: 503 }))
  },
  'the directory knows nobody': () => ({ surroundings: { discovery: certificateList([]) } }),
  'the directory has the certificate of another': ({ scene }) => ({
    surroundings: {
      discovery: {
        async find({ judge }) {
          const { certificate } = scene.carol
          return { certificates: (await judge(certificate)).ok ? [certificate] : [], steps: [] }
        },
      },
    },
  }),
  'the certificate has expired': publishes(({ random }) => ({ notAfter: now - day * (1 + random.int(20)) })),
  'the certificate is not valid yet': publishes(({ random }) => ({ notBefore: now + day * (1 + random.int(20)) })),
  'the certificate does not encrypt': publishes(() => ({ keyUsage: ['digitalSignature'] })),
  'the certificate is revoked': (trial) => {
    const revoked = [trial.reader.certificate.serialNumber]
    return kept(trial, listAt('hospital'), async () => answerOf(await listOf('hospital', { revoked })))
  },
  'the authority is not trusted': ({ scene, random }) => ({
    surroundings: { trust: anchorList(random.chance(0.5) ? [] : [scene.clinicCa]) },
  }),
  'the anchor is for the other direction': ({ scene }) => ({
    surroundings: {
      trust: { anchors: async ({ direction }) => (direction === 'incoming' ? [anchorOf(scene.hospitalCa)] : []) },
    },
  }),
  'the clock is years late': ({ random }) => {
    const late = now + day * (365 + random.int(3000))
    return { surroundings: { clock: () => late } }
  },
  'two From': () => finished(`From: ${ann}`, `From: ${carol}`),
  'no From': () => finished(),
  'the From of a stranger': () => finished('From: mallory@direct.rival.example'),
  'octets at random': ({ random }) => ({ raw: random.bytes(random.int(2000)) }),
}

function finished(...from: readonly string[]): Fault {
  return { raw: lines(...from, `To: ${bob}`, 'Subject: Results', '', 'Fine.') }
}

export const answeringDeeds: Readonly<Record<string, Deed>> = {
  'the limiter fails': ({ random }) => ({ surroundings: { limiter: { take: failing(random) } } }),
  'the key service fails': ({ reader, random }) => {
    const signing = reader.identity.signing!
    const key = { ...signing.key, sign: failing(random) }
    return { surroundings: { identities: identityList([{ ...reader.identity, signing: { ...signing, key } }]) } }
  },
  'the directory fails': ({ random }) => ({ surroundings: { discovery: { find: failing(random) } } }),
}
