import { statSync } from 'node:fs'
import PostalMime from 'postal-mime'
import { decodeLatin1, encodeUtf8, equal } from '../../../src/bytes/index.js'
import { parseEntity, readContent, serializeEntity } from '../../../src/mime/index.js'
import { borrowedFiles } from '../../helpers/borrowed.node.js'
import { bytesOf, placesOf, type Suite } from './suite.node.js'

/** Every file of a suite, whatever it is: it is written again octet for octet, and postal-mime finds the same in it. */
export function wild(name: string): Suite {
  const files = borrowedFiles(name, '').filter(({ path }) => statSync(path).isFile())
  const cases = files.map((file) => ({
    id: file.name,
    differences: async () => {
      const source = bytesOf(file.path)
      const entity = parseEntity(source)
      if (!equal(serializeEntity(entity), source)) return ['identity']
      // What has no header is no message, and nobody has to find anything in it.
      if (entity.header.fields.length === 0) return []
      return contentDifferences(
        await readContent(entity),
        await PostalMime.parse(source, { forceRfc822Attachments: true }),
      )
    },
  }))
  return { name, against: 'its own octets, and postal-mime', cases }
}

type Ours = Awaited<ReturnType<typeof readContent>>
type Theirs = Awaited<ReturnType<typeof PostalMime.parse>>

function contentDifferences(ours: Ours, theirs: Theirs): readonly string[] {
  const count = placesOf('attachments', ours.attachments.length, theirs.attachments.length)
  const text = placesOf(
    'text',
    words(ours.textFrom ? undefined : ours.text),
    words(ours.textFrom ? undefined : theirs.text),
  )
  const html = placesOf('html', shown(ours.html), shown(theirs.html))
  if (count.length > 0) return [...count, ...text, ...html]
  const files = ours.attachments.flatMap((own, index) => {
    const their = theirs.attachments[index]!
    const name = their.filename?.split(/[/\\]/).at(-1)?.trim()
    const content = typeof their.content === 'string' ? encodeUtf8(their.content) : new Uint8Array(their.content)
    return [
      ...placesOf(`attachments/${index}/name`, own.filename, name || undefined),
      ...placesOf(`attachments/${index}/content`, linesOf(own.content), linesOf(content)),
    ]
  })
  return [...text, ...html, ...files]
}

/** It keeps the line end before a delimiter, and gives text that has none another one. */
function words(text: string | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').trim()
}

/** What is plain text alone stands in other elements there. */
function shown(html: string | undefined): string {
  return words(
    html
      ?.replace(/<[^>]*>/g, ' ')
      .replace(/&#x27;|&#39;/g, "'")
      .replace(/&quot;|&#x22;/g, '"'),
  )
}

/** It makes LF of the line ends of what is not encoded, and adds one at the end. */
function linesOf(content: Uint8Array): string {
  return decodeLatin1(content)
    .replace(/\r*\n/g, '\n')
    .replace(/[\r\n]+$/, '')
}
