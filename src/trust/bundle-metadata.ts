import type { XmlElement } from '@rgrove/parse-xml'
import { decodeUtf8, encodeUtf8 } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'

/** What a bundle says of itself. @see TB-7 */
export interface TrustBundleMetadata {
  readonly profile: string
  readonly distributionPoints: readonly string[]
  /** Milliseconds since 1970; a time without a zone is UTC. */
  readonly validFrom?: number
  readonly validTo?: number
  readonly anchors: readonly { readonly issuerName: string; readonly serialNumber: string }[]
}

const maxCharacters = 0x10_0000

/**
 * Reads the metadata of a bundle.
 *
 * @returns nothing when it is not well-formed XML, has another root, or a time in it is none: what cannot be read must
 *   not be taken for "always valid".
 * @see TB-7
 */
export async function parseBundleMetadata(bytes: Uint8Array): Promise<TrustBundleMetadata | undefined> {
  const text = decodeUtf8(bytes)
  if (text.length > maxCharacters) return undefined
  const { parseXml, XmlError } = await import('@rgrove/parse-xml')
  const root = unlessThrown(XmlError, () => parseXml(text).root)
  if (root?.name !== 'TrustBundle') return undefined
  const validFrom = timeOf(root, 'ValidFrom')
  const validTo = timeOf(root, 'ValidTo')
  if (Number.isNaN(validFrom) || Number.isNaN(validTo)) return undefined
  return {
    profile: textsOf(root, 'Profile')[0] ?? '',
    distributionPoints: textsOf(root, 'DistributionPoint'),
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
    anchors: childrenOf(root, 'Anchors')
      .flatMap((anchors) => childrenOf(anchors, 'Anchor'))
      .flatMap((anchor) => childrenOf(anchor, 'X509IssuerSerial'))
      .map((anchor) => ({
        issuerName: textsOf(anchor, 'X509IssuerName')[0] ?? '',
        serialNumber: textsOf(anchor, 'X509SerialNumber')[0] ?? '',
      })),
  }
}

function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter(
    (node): node is XmlElement => node.type === 'element' && 'name' in node && node.name === name,
  )
}

function textsOf(element: XmlElement, name: string): readonly string[] {
  return childrenOf(element, name).map(({ text }) => text.trim())
}

/** An xs:dateTime. @returns NaN for what is none. */
function timeOf(element: XmlElement, name: string): number | undefined {
  const [text] = textsOf(element, name)
  if (text === undefined) return undefined
  const [, time, zone] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? []
  return time === undefined ? Number.NaN : Date.parse(`${time}${zone ?? 'Z'}`)
}

/** Writes the metadata, in the order of the schema. @see TB-7 */
export function serializeBundleMetadata(metadata: TrustBundleMetadata): Uint8Array {
  const { profile, distributionPoints, validFrom, validTo, anchors } = metadata
  const time = (name: string, at: number | undefined) =>
    at === undefined ? [] : [tag(name, new Date(at).toISOString())]
  const list = anchors.map(
    ({ issuerName, serialNumber }) =>
      `<Anchor><X509IssuerSerial>${tag('X509IssuerName', issuerName)}${tag('X509SerialNumber', serialNumber)}</X509IssuerSerial></Anchor>`,
  )
  const children = [
    tag('Profile', profile),
    ...distributionPoints.map((url) => tag('DistributionPoint', url)),
    ...time('ValidFrom', validFrom),
    ...time('ValidTo', validTo),
    ...(list.length > 0 ? [`<Anchors>${list.join('')}</Anchors>`] : []),
  ]
  return encodeUtf8(`<?xml version="1.0" encoding="UTF-8"?>\n<TrustBundle>${children.join('')}</TrustBundle>\n`)
}

function tag(name: string, text: string): string {
  const escaped = text
    // What XML 1.0 has no way to write is left out.
    .replace(/[^\t\n -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
  return `<${name}>${escaped}</${name}>`
}
