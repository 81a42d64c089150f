import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type DnsMessage, parseMessage, readAnswer, serializeMessage } from '../../src/dns/index.js'
import { parseCertificate } from '../../src/x509/index.js'
import { borrowed, borrowedFiles } from '../helpers/borrowed.node.js'
import { codeOf } from '../helpers/codes.js'

const file = (name: string) => {
  const found = borrowedFiles('direct-ri', name).find((each) => each.name === `dns/${name}`)
  return Uint8Array.from(readFileSync(found!.path))
}

const read = (name: string) => {
  const bytes = file(name)
  const { id, questions } = parseMessage(bytes)
  return readAnswer({ id, question: questions[0]! }, bytes)
}

describe.skipIf(!borrowed)('what servers answered to the reference implementations', () => {
  test('a certificate', () => {
    const reading = read('cert.nhind.hsgincubator.com.bin')
    expect(reading).toMatchObject({
      kind: 'records',
      ttl: 3600,
      records: [{ type: 'CERT', certificateType: 1, keyTag: 17_304, algorithm: 5 }],
    })
    const [record] = reading.kind === 'records' ? reading.records : []
    if (record?.type !== 'CERT') throw new Error('no certificate')
    expect(record.data).toHaveLength(908)
    expect(parseCertificate(record.data).bytes).toEqual(record.data)
  })

  test('no certificate: for as long as the zone says', () => {
    expect(read('cert.nhindirect.org-empty.bin')).toEqual({ kind: 'no-data', records: [], ttl: 1799 })
  })

  test('a record alone, whole and damaged', () => {
    const none: Omit<DnsMessage, 'answers'> = { ...parseMessage(file('cert.nhindirect.org-empty.bin')), questions: [] }
    const head = serializeMessage({ ...none, answers: [], authorities: [], additionals: [] })
    const withRecord = (name: string) => {
      const bytes = Uint8Array.from([...head, ...file(name)])
      bytes[7] = 1
      return bytes
    }
    expect(parseMessage(withRecord('example.domain.com.mx')).answers).toMatchObject([
      { name: 'example.domain.com', type: 15, ttl: 3600 },
    ])
    expect(codeOf(() => parseMessage(withRecord('example.domain.com.corrupt')))).toBe('ERR_DNS_MALFORMED')
  })
})
