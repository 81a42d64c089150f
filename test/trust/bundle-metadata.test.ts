import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { parseBundleMetadata, serializeBundleMetadata } from '../../src/trust/bundle-metadata.js'

const xml = (inside: string) => encodeUtf8(`<?xml version="1.0"?><TrustBundle>${inside}</TrustBundle>`)

describe('metadata of a bundle (TB-7)', () => {
  test('every field, in the form of the schema', async () => {
    const bytes = encodeUtf8(`<?xml version="1.0" encoding="ISO-8859-1"?>
      <!-- anchors -->
      <TrustBundle xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <Profile>Example</Profile>
        <DistributionPoint>https://one.example/a.p7b</DistributionPoint>
        <DistributionPoint>https://two.example/a.p7b</DistributionPoint>
        <ValidFrom>2026-02-12T00:00:00</ValidFrom>
        <ValidTo>2027-02-12T00:00:00+02:00</ValidTo>
        <Anchors><Anchor><X509IssuerSerial>
          <X509IssuerName>CN=A, O=B</X509IssuerName><X509SerialNumber>12345678</X509SerialNumber>
        </X509IssuerSerial></Anchor></Anchors>
      </TrustBundle>`)
    expect(await parseBundleMetadata(bytes)).toEqual({
      profile: 'Example',
      distributionPoints: ['https://one.example/a.p7b', 'https://two.example/a.p7b'],
      validFrom: Date.UTC(2026, 1, 12),
      validTo: Date.UTC(2027, 1, 11, 22),
      anchors: [{ issuerName: 'CN=A, O=B', serialNumber: '12345678' }],
    })
  })

  test.each([
    { comment: 'nothing in it', bytes: xml(''), read: true },
    { comment: 'another root', bytes: encodeUtf8('<Other/>'), read: false },
    { comment: 'not well-formed', bytes: encodeUtf8('<TrustBundle>'), read: false },
    { comment: 'a time', bytes: xml('<ValidTo>2027-02-12T00:00:00Z</ValidTo>'), read: true },
    { comment: 'a day, which is no time', bytes: xml('<ValidTo>2027-02-12</ValidTo>'), read: false },
    { comment: 'a month too many', bytes: xml('<ValidTo>2027-13-12T00:00:00Z</ValidTo>'), read: false },
    {
      comment: 'an entity of its own, which would be expanded',
      bytes: encodeUtf8('<!DOCTYPE TrustBundle [<!ENTITY a "b">]><TrustBundle><Profile>&a;</Profile></TrustBundle>'),
      read: false,
    },
  ])('$comment', async ({ bytes, read }) => {
    expect((await parseBundleMetadata(bytes)) !== undefined).toBe(read)
  })

  test('what is written is read again, whatever characters are in it', async () => {
    const metadata = {
      profile: 'A & B <c> "d" é \u{1f600}',
      distributionPoints: ['https://one.example/?a=1&b=2'],
      anchors: [{ issuerName: 'CN=<script>', serialNumber: '1' }],
    }
    expect(await parseBundleMetadata(serializeBundleMetadata(metadata))).toEqual(metadata)
  })
})
