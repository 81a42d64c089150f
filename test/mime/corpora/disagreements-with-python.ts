import type { Disagreement } from './disagreements.js'
import { treesOfPython } from './python.node.js'

const tree = (suite: string) => ({ suite, against: treesOfPython })

const neverClosed =
  'The line end at the end of a message belongs to the part that nothing closes; there it counts as that of a delimiter.'
const emptyPart = 'A delimiter directly behind another begins an empty part here; there both are one.'
const semicolon = 'A missing semicolon behind a type does not cost the type here; there its parameters are part of it.'
const uuencode = 'x-uuencode is none of the encodings of RFC 2045 §6.1, and the body stays as it is here.'
const padding = 'White space at the end of a line of quoted-printable is no text here (RFC 2045 §6.7, rule 3).'
const blankBeforeColon =
  'White space may stand before the colon of a field here (RFC 5322 §4.5); there it ends the header.'

/** Where we read the structure of a published message otherwise than Python's email package does, and why. */
export const disagreementsWithPython: readonly Disagreement[] = [
  { ...tree('python-email-data'), ids: ['msg_37.txt'], at: ['/parts'], reason: emptyPart },
  {
    ...tree('python-email-data'),
    ids: ['msg_42.txt'],
    at: ['/parts/1/message/body'],
    reason:
      'A closing delimiter before any other makes no multipart here, and stays in the text; there it is left out.',
  },
  {
    ...tree('enmime-testdata'),
    ids: ['testdata/mail/mime-blank-media-name.raw'],
    at: ['/parts/1/type'],
    reason: semicolon,
  },
  { ...tree('enmime-testdata'), ids: ['testdata/parts/badboundary.raw'], at: ['/parts/2/body'], reason: neverClosed },
  {
    ...tree('enmime-testdata'),
    ids: ['testdata/parts/multimixed-no-closing-boundary.raw'],
    at: ['/parts/0/body'],
    reason: neverClosed,
  },
  {
    ...tree('stalwart-mail-parser'),
    ids: ['eml/legacy/017.eml'],
    at: ['/parts/1/body', '/parts/2/body'],
    reason: uuencode,
  },
  { ...tree('stalwart-mail-parser'), ids: ['eml/legacy/026.eml'], at: ['/parts/1/body'], reason: uuencode },
  { ...tree('stalwart-mail-parser'), ids: ['eml/malformed/000.eml'], at: ['/parts'], reason: emptyPart },
  {
    ...tree('stalwart-mail-parser'),
    ids: ['eml/malformed/001.eml', 'eml/malformed/008.eml', 'eml/malformed/016.eml'],
    at: ['/parts/1/body'],
    reason: neverClosed,
  },
  {
    ...tree('stalwart-mail-parser'),
    ids: ['eml/malformed/012.eml'],
    at: ['/parts/1/message/body'],
    reason: neverClosed,
  },
  {
    ...tree('stalwart-mail-parser'),
    ids: ['eml/malformed/017.eml'],
    at: ['/body', '/epilogue', '/parts', '/preamble', '/type'],
    reason: semicolon,
  },
  {
    ...tree('stalwart-mail-parser'),
    ids: ['eml/thirdparty/003.eml'],
    at: ['/parts/3/body'],
    reason: 'White space behind the name of an encoding is no part of it here; there the encoding is not known.',
  },
  { ...tree('stalwart-mail-parser'), ids: ['eml/thirdparty/005.eml'], at: ['/parts/4/body'], reason: neverClosed },
  {
    ...tree('stalwart-mail-parser'),
    ids: ['eml/thirdparty/012.eml'],
    at: ['/body', '/epilogue', '/parts', '/preamble'],
    reason: 'A fold within a quoted boundary is a blank here (RFC 5322 §2.2.3); there the line end stays in it.',
  },
  { ...tree('mime4j-testmsgs'), ids: ['mimetools-testmsgs/double-bound.msg'], at: ['/parts'], reason: emptyPart },
  { ...tree('mime4j-testmsgs'), ids: ['mimetools-testmsgs/german-qp.out'], at: ['/body'], reason: padding },
  {
    ...tree('mime4j-testmsgs'),
    ids: ['mimetools-testmsgs/jt-0498.msg'],
    at: ['/parts/1/message/body'],
    reason: neverClosed,
  },
  {
    ...tree('mime4j-testmsgs'),
    ids: ['testmsgs/missing-boundary.out'],
    at: ['/body'],
    reason:
      'A closing delimiter before any other makes no multipart here, and stays in the text; there it is left out.',
  },
  {
    ...tree('mime4j-testmsgs'),
    ids: ['testmsgs/obsolete.msg', 'testmsgs/obsolete.out'],
    at: ['/body', '/fields'],
    reason: blankBeforeColon,
  },
  {
    ...tree('mime4j-testmsgs'),
    ids: ['testmsgs/very-very-long-boundary.msg', 'testmsgs/very-very-long-boundary.out'],
    at: ['/epilogue', '/parts/1/body'],
    reason: 'White space at the end of a boundary is no part of it here (RFC 2046 §5.1.1).',
  },
  {
    ...tree('ruby-mail-fixtures'),
    ids: ['emails/attachment_emails/attachment_message_rfc822_inline_image.eml'],
    at: ['/parts/0/parts/0/parts/0/body'],
    reason: padding,
  },
  {
    ...tree('ruby-mail-fixtures'),
    ids: ['emails/rfc2822/example13.eml'],
    at: ['/body', '/fields'],
    reason: blankBeforeColon,
  },
  {
    ...tree('mimekit-testdata'),
    ids: ['mbox/issue1189-summary.txt', 'mbox/jwz-summary.txt'],
    at: ['/type'],
    reason: semicolon,
  },
  {
    ...tree('mimekit-testdata'),
    ids: ['messages/empty-multipart.txt'],
    at: ['/parts/0/body'],
    reason: 'The line end before a delimiter belongs to it here, in an inner multipart without parts as well.',
  },
  {
    ...tree('mimekit-testdata'),
    ids: ['messages/issue358.txt'],
    at: ['/body', '/epilogue', '/fields', '/parts', '/preamble', '/type'],
    reason: 'A line between fields that is none is passed over here; there it ends the header.',
  },
]
