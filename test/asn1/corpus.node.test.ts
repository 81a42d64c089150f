import { describe, expect, test } from 'vitest'
import { Asn1Error, parseAsn1 } from '../../src/asn1/index.js'
import { borrowed, fuzzCorpus, readAll } from '../helpers/borrowed.node.js'

describe.skipIf(!borrowed)('inputs that OpenSSL’s fuzzer found', () => {
  test.each(['asn1', 'x509', 'crl', 'cms'] as const)('%s: an element or an Asn1Error, in no time', (name) => {
    const corpus = fuzzCorpus(name)
    const { good, slowestMs, strangers } = readAll(corpus, (input) => parseAsn1(input), [Asn1Error])
    expect(strangers).toEqual([])
    expect(slowestMs).toBeLessThan(50)
    expect(good).toBeGreaterThan(0)
    expect(good).toBeLessThan(corpus.length)
  })
})
