import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { buildCertificatesOnly } from '../../src/cms/index.js'
import { createRetriever, type Retriever } from '../../src/http/index.js'
import { encodePem } from '../../src/keys/index.js'
import { type GuardedFetchOptions, guardedFetch } from '../../src/node/index.js'
import { anchorOf } from '../../src/path/index.js'
import { judgeWithRetrieval, type TrustPolicy } from '../../src/trust/index.js'
import type { Step } from '../../src/verdict/index.js'
import {
  accessMethods,
  buildCertificateList,
  type Certificate,
  type CertificateDraft,
  distributionPointAt,
} from '../../src/x509/index.js'
import { type Issue, issueAuthority, issueMailbox, keyPair } from '../helpers/issue.js'
import { needs } from '../helpers/needs.node.js'
import { retrieverOf, serve } from '../node/loopback.node.js'

const ann = 'ann@direct.clinic.example'
const day = 86_400_000
const at = Date.now()
const validity = { notBefore: at - day, notAfter: at + 30 * day }

let root: Certificate
beforeAll(async () => {
  root = await issueAuthority({ cn: 'Root', ...validity })
})

const mailbox = (draft: Partial<Issue>) => issueMailbox(ann, { cn: 'Ann', by: 'Root', ...validity, ...draft })

function pointing(urls: { crl?: string; ocsp?: string; issuer?: string | undefined }): Partial<CertificateDraft> {
  const access = (method: keyof typeof accessMethods, value: string) => ({
    accessMethod: accessMethods[method],
    accessLocation: { type: 'uniformResourceIdentifier', value } as const,
  })
  const descriptions = [
    ...(urls.ocsp ? [access('ocsp', urls.ocsp)] : []),
    ...(urls.issuer ? [access('caIssuers', urls.issuer)] : []),
  ]
  return {
    ...(urls.crl && { cRLDistributionPoints: [distributionPointAt(urls.crl)] }),
    ...(descriptions.length > 0 && { authorityInfoAccess: descriptions }),
  }
}

interface Asked {
  readonly retriever?: Retriever
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly at?: number
  readonly policy?: TrustPolicy
}

/** The judgement of a certificate that is wanted for encryption, with nothing at hand but the anchor. */
async function judged(certificate: Certificate, asked: Asked = {}) {
  const { retriever = retrieverOf(), policy = policies.direct.trust, ...rest } = asked
  const evidence = { crypto, at: asked.at ?? at, anchors: [anchorOf(root)], certificates: [] }
  const question = { certificate, address: ann, use: 'encryption' } as const
  const verdict = await judgeWithRetrieval(question, evidence, policy, { retriever, ...rest })
  return {
    answer: verdict.ok ? `path of ${verdict.path.length}` : verdict.code,
    temporary: !verdict.ok && verdict.temporary,
    fetches: verdict.explanation.steps.filter(({ code }) => /fetched/.test(code)).map(said),
    steps: verdict.explanation.steps,
  }
}

/** What a step says of a fetch: its code, or that of the reason underneath. */
const said = ({ code, steps }: Step) => steps?.[0]?.code ?? code

const later = 'revocation-unknown, for now'
const answerOf = ({ answer, temporary }: { answer: string; temporary: boolean }) =>
  temporary ? `${answer}, for now` : answer

async function listOf(revoked: readonly bigint[] = [], nextUpdate = at + day, by = 'Root') {
  const draft = {
    issuer: root.subject.bytes,
    thisUpdate: at - day,
    nextUpdate,
    revoked: revoked.map((serialNumber) => ({ serialNumber, revocationDate: at - day })),
  }
  return buildCertificateList(draft, (await keyPair(by)).signer())
}

describe('lists over HTTP (AS-66 to AS-68)', () => {
  interface Case {
    readonly comment: string
    readonly serve: (response: ServerResponse, leaf: () => Certificate) => void | Promise<void>
    readonly answer: string
    readonly fetch: string
  }
  const page =
    (body: () => Promise<Uint8Array> | Uint8Array): Case['serve'] =>
    async (response) =>
      void response.end(await body())
  const cases: readonly Case[] = [
    { comment: 'good', serve: page(() => listOf()), answer: 'path of 1', fetch: 'fetched' },
    {
      comment: 'good, in PEM',
      serve: page(async () => encodeUtf8(encodePem('X509 CRL', await listOf()))),
      answer: 'path of 1',
      fetch: 'fetched',
    },
    {
      comment: 'revoked',
      serve: async (response, leaf) => void response.end(await listOf([leaf().serialNumber])),
      answer: 'not-usable',
      fetch: 'fetched',
    },
    { comment: 'out of date', serve: page(() => listOf([], at - 1000)), answer: later, fetch: 'fetched' },
    { comment: 'of another signer', serve: page(() => listOf([], at + day, 'Other')), answer: later, fetch: 'fetched' },
    { comment: 'no list', serve: page(() => encodeUtf8('<html>')), answer: later, fetch: 'fetched-unreadable' },
    { comment: 'silent', serve: () => undefined, answer: later, fetch: 'server-silent' },
    {
      comment: 'huge',
      serve: (response) => void response.writeHead(200, { 'content-length': String(65 * 1024 * 1024) }).write('0'),
      answer: later,
      fetch: 'answer-too-large',
    },
    {
      comment: 'gone',
      serve: (response) => void response.writeHead(404).end(),
      answer: later,
      fetch: 'server-refuses',
    },
    {
      comment: 'busy',
      serve: (response) => void response.writeHead(503).end(),
      answer: later,
      fetch: 'server-refuses',
    },
    {
      comment: 'redirected to an address that is forbidden',
      serve: (response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      answer: later,
      fetch: 'address-refused',
    },
    {
      comment: 'redirected to a file',
      serve: (response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      answer: later,
      fetch: 'url-refused',
    },
  ]
  test.each(cases)('$comment: $answer', async ({ serve: respond, answer, fetch }) => {
    const server = await serve((_, response) => void respond(response, () => leaf))
    const leaf = await mailbox(pointing({ crl: `${server.url}/root.crl` }))
    const verdict = await judged(leaf, fetch === 'server-silent' ? { timeoutMs: 500 } : {})
    expect(answerOf(verdict)).toBe(answer)
    expect(verdict.fetches).toEqual([fetch])
    expect(verdict.steps.at(-1)?.about?.url).toBe(`${server.url}/root.crl`)
  })

  const bestEffort = {
    ...policies.direct.trust,
    revocation: { ...policies.direct.trust.revocation, mode: 'best-effort' as const },
  }
  test.each<Pick<Case, 'comment' | 'answer' | 'fetch'> & { revoked?: boolean; gone?: boolean }>([
    { comment: 'good', answer: 'path of 1', fetch: 'fetched' },
    { comment: 'revoked', revoked: true, answer: 'not-usable', fetch: 'fetched' },
    { comment: 'gone', gone: true, answer: 'path of 1', fetch: 'server-refuses' },
  ])('as far as can be found out, $comment: $answer', async ({ revoked, gone, answer, fetch }) => {
    const server = await serve(async (_, response) => {
      if (gone) response.writeHead(404).end()
      else response.end(await listOf(revoked ? [leaf.serialNumber] : []))
    })
    const leaf = await mailbox(pointing({ crl: server.url }))
    const verdict = await judged(leaf, { policy: bestEffort })
    expect([answerOf(verdict), verdict.fetches]).toEqual([answer, [fetch]])
  })

  test('a name that stands for an address of the own network is not asked', async () => {
    const server = await serve(async (_, response) => void response.end(await listOf()))
    const leaf = await mailbox(pointing({ crl: `http://crl.example:${server.port}/` }))
    const lookup: GuardedFetchOptions['lookup'] = async () => [{ address: '127.0.0.1' }]
    expect(answerOf(await judged(leaf, { retriever: retrieverOf({ lookup, allow: () => false }) }))).toBe(later)
    expect(server.requests).toHaveLength(0)
    expect(answerOf(await judged(leaf, { retriever: retrieverOf({ lookup }) }))).toBe('path of 1')
  })

  test('a list that was kept and is out of date is asked for anew, once', async () => {
    let nextUpdate = at + 1000
    const server = await serve(async (_, response) => {
      response.setHeader('cache-control', 'max-age=86400')
      response.end(await listOf([], nextUpdate))
    })
    const leaf = await mailbox(pointing({ crl: server.url }))
    const retriever = retrieverOf()
    expect(answerOf(await judged(leaf, { retriever }))).toBe('path of 1')
    expect(answerOf(await judged(leaf, { retriever }))).toBe('path of 1')
    expect(server.requests).toHaveLength(1)
    expect(answerOf(await judged(leaf, { retriever, at: at + 5000 }))).toBe(later)
    expect(server.requests).toHaveLength(2)
    nextUpdate = at + day
    expect(answerOf(await judged(leaf, { retriever, at: at + 5000 }))).toBe('path of 1')
    expect(server.requests).toHaveLength(3)
  })

  test('without a retriever nothing is asked, and the answer says for now', async () => {
    const leaf = await mailbox(pointing({ crl: 'http://crl.example/' }))
    const evidence = { crypto, at, anchors: [anchorOf(root)], certificates: [] }
    const question = { certificate: leaf, address: ann, use: 'encryption' } as const
    const verdict = await judgeWithRetrieval(question, evidence, policies.direct.trust, {})
    expect(verdict).toMatchObject({ ok: false, code: 'revocation-unknown', temporary: true })
  })

  test('who gives up is answered at once', async () => {
    const server = await serve(() => undefined)
    const leaf = await mailbox(pointing({ crl: server.url }))
    const controller = new AbortController()
    const answer = judged(leaf, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('given up')), 50)
    await expect(answer).rejects.toThrow('given up')
  })
})

describe('issuers over HTTP (AS-65)', () => {
  /** A chain below the root, the nearest to the leaf first; each names the next. */
  async function chain(length: number, urlOf: (index: number) => string) {
    const names = Array.from({ length }, (_, index) => `Issuing ${index}`)
    const authorities = await Promise.all(
      names.map((cn, index) => {
        const isLast = index === length - 1
        const issuer = isLast ? undefined : urlOf(index + 1)
        return issueAuthority({ cn, by: names[index + 1] ?? 'Root', ...validity, ...pointing({ issuer }) })
      }),
    )
    return { authorities, leaf: await mailbox({ by: names[0] ?? 'Root', ...pointing({ issuer: urlOf(0) }) }) }
  }

  /** A server that gives out the authorities of a chain, in a form. */
  async function served(length: number, form: (certificate: Certificate) => Uint8Array) {
    const certificates: Certificate[] = []
    const server = await serve((request, response) => {
      const certificate = certificates[Number(request.url?.slice(1))]
      response.end(certificate ? form(certificate) : '<html>')
    })
    const { authorities, leaf } = await chain(length, (index) => `${server.url}/${index}`)
    certificates.push(...authorities)
    return { leaf, server, certificates }
  }

  const der = ({ bytes }: Certificate) => bytes
  test.each<{ comment: string; length: number; form: (certificate: Certificate) => Uint8Array; answer: string }>([
    { comment: 'DER', length: 1, form: der, answer: 'path of 2' },
    {
      comment: 'PEM',
      length: 1,
      form: ({ bytes }) => encodeUtf8(encodePem('CERTIFICATE', bytes)),
      answer: 'path of 2',
    },
    { comment: 'p7c', length: 1, form: (each) => buildCertificatesOnly([root, each]), answer: 'path of 2' },
    {
      comment: 'p7c in PEM',
      length: 1,
      form: (each) => encodeUtf8(encodePem('PKCS7', buildCertificatesOnly([each]))),
      answer: 'path of 2',
    },
    { comment: 'two levels, one after the other', length: 2, form: der, answer: 'path of 3' },
    { comment: 'five levels', length: 5, form: der, answer: 'path of 6' },
    { comment: 'BAD_AIA: a page in words', length: 1, form: () => encodeUtf8('<html>'), answer: 'untrusted' },
    { comment: 'BAD_AIA: nothing', length: 1, form: () => new Uint8Array(0), answer: 'untrusted' },
    { comment: 'BAD_AIA: the certificate of somebody else', length: 1, form: () => root.bytes, answer: 'untrusted' },
  ])('$comment: $answer', async ({ length, form, answer }) => {
    const { leaf, server } = await served(length, form)
    expect(answerOf(await judged(leaf))).toBe(answer)
    expect(server.requests).toHaveLength(length)
  })

  test('an issuer that is not there, and a server that is away', async () => {
    const gone = await serve((_, response) => void response.writeHead(404).end())
    const unknown = await judged(await mailbox({ by: 'Issuing 0', ...pointing({ issuer: gone.url }) }))
    expect([answerOf(unknown), unknown.fetches]).toEqual(['untrusted', ['server-refuses']])
    const away = await judged(await mailbox({ by: 'Issuing 0', ...pointing({ issuer: 'http://127.0.0.1:1/' }) }))
    expect([answerOf(away), away.fetches]).toEqual(['untrusted, for now', ['server-unreachable']])
  })

  test('a chain without an end is given up', async () => {
    const length = 14
    const { leaf, server, certificates } = await served(length, der)
    expect(answerOf(await judged(leaf))).toBe('untrusted')
    expect(server.requests.length).toBeLessThan(10)
    expect(certificates).toHaveLength(length)
  })

  test('two that name each other are asked for once', async () => {
    const certificates: Certificate[] = []
    const server = await serve((request, response) => response.end(certificates[Number(request.url?.slice(1))]?.bytes))
    certificates.push(
      await issueAuthority({ cn: 'One', by: 'Two', ...validity, ...pointing({ issuer: `${server.url}/1` }) }),
      await issueAuthority({ cn: 'Two', by: 'One', ...validity, ...pointing({ issuer: `${server.url}/0` }) }),
    )
    const leaf = await mailbox({ by: 'One', ...pointing({ issuer: `${server.url}/0` }) })
    expect(answerOf(await judged(leaf))).toBe('untrusted')
    expect(server.requests).toHaveLength(2)
  })
})

describe.skipIf(!needs('openssl'))('a responder of OpenSSL over HTTP (RFC 6960)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'responder-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const run = promisify(execFile)
  const hex = ({ serialNumber }: Certificate) => serialNumber.toString(16).toUpperCase().padStart(4, '0')
  let count = 0

  /** Answers as the root does, or somebody else in its name, about a certificate with this line in the index. */
  async function responder(line: (leaf: Certificate) => string, signer = 'Root') {
    const id = count++
    const file = (name: string) => join(folder, `${id}-${name}`)
    const authority = signer === 'Root' ? root : await issueAuthority({ cn: signer, ...validity })
    writeFileSync(file('root.pem'), encodePem('CERTIFICATE', root.bytes))
    writeFileSync(file('signer.pem'), encodePem('CERTIFICATE', authority.bytes))
    writeFileSync(file('key.pem'), encodePem('PRIVATE KEY', (await keyPair(signer)).pkcs8))
    const server = await serve((request, response, body) => {
      const answer = async () => {
        writeFileSync(file('request.der'), body)
        const data = ['-index', file('index.txt'), '-CA', file('root.pem'), '-ndays', '1']
        const by = ['-rsigner', file('signer.pem'), '-rkey', file('key.pem')]
        const [reqin, respout] = [file('request.der'), file('response.der')]
        await run('openssl', ['ocsp', ...data, ...by, '-reqin', reqin, '-respout', respout])
        response.setHeader('content-type', 'application/ocsp-response').end(await readFile(respout))
      }
      const isQuestion = request.method === 'POST' && request.headers['content-type'] === 'application/ocsp-request'
      if (isQuestion) answer().catch(() => response.writeHead(500).end())
      else response.writeHead(405).end()
    })
    const leaf = await mailbox(pointing({ ocsp: `${server.url}/` }))
    writeFileSync(file('index.txt'), line(leaf))
    return { leaf, server }
  }

  const good = (leaf: Certificate) => `V\t550101000000Z\t\t${hex(leaf)}\tunknown\t/CN=Ann\n`
  const revoked = (leaf: Certificate) =>
    `R\t550101000000Z\t260101000000Z,keyCompromise\t${hex(leaf)}\tunknown\t/CN=Ann\n`

  test.each<{ comment: string; line?: typeof good; signer?: string; days?: number; answer: string }>([
    { comment: 'good', answer: 'path of 1' },
    { comment: 'revoked', line: revoked, answer: 'not-usable' },
    { comment: 'unknown', line: () => '', answer: later },
    { comment: 'an answer that has expired', days: 3, answer: later },
    { comment: 'another signer', signer: 'Somebody', answer: later },
  ])('$comment: $answer', async ({ line = good, signer, days = 0, answer }) => {
    const { leaf, server } = await responder(line, signer)
    const verdict = await judged(leaf, { at: Date.now() + days * day })
    expect(answerOf(verdict)).toBe(answer)
    expect(verdict.fetches).toEqual(['fetched'])
    expect(server.requests).toHaveLength(1)
  })

  test.each<{ comment: string; respond: (response: ServerResponse) => void; fetch: string }>([
    { comment: 'silent', respond: () => undefined, fetch: 'server-silent' },
    {
      comment: 'huge',
      respond: (response) => void response.end(Buffer.alloc(300_000)),
      fetch: 'answer-too-large',
    },
    { comment: 'in words', respond: (response) => void response.end('try later'), fetch: 'fetched-unreadable' },
  ])('$comment: not known', async ({ respond, fetch }) => {
    const server = await serve((_, response) => respond(response))
    const verdict = await judged(
      await mailbox(pointing({ ocsp: server.url })),
      fetch === 'server-silent' ? { timeoutMs: 500 } : {},
    )
    expect([answerOf(verdict), verdict.fetches]).toEqual([later, [fetch]])
  })

  test('it is asked when the list does not come, and what it says is kept', async () => {
    const silent = await serve(() => undefined)
    const { server, leaf: first } = await responder(good)
    const leaf = await mailbox({
      ...pointing({ ocsp: `${server.url}/`, crl: silent.url }),
      serialNumber: first.serialNumber,
    })
    const retriever = retrieverOf()
    const verdict = await judged(leaf, { retriever, at: Date.now(), timeoutMs: 6000 })
    expect([answerOf(verdict), verdict.fetches]).toEqual(['path of 1', ['server-silent', 'fetched']])
    const again = await judged(first, { retriever, at: Date.now() })
    expect(answerOf(again)).toBe('path of 1')
    expect(server.requests).toHaveLength(1)
  })
})

test('the fetch that strangers are given by default reaches nothing here', async () => {
  const server = await serve(async (_, response) => void response.end(await listOf()))
  onTestFinished(() => expect(server.requests).toHaveLength(0))
  const retriever = createRetriever({ fetch: guardedFetch(), clock: Date.now })
  const verdict = await judged(await mailbox(pointing({ crl: server.url })), { retriever })
  expect([answerOf(verdict), verdict.fetches]).toEqual([later, ['address-refused']])
})
