/** Where we read a published message otherwise than others do, and why. */
export interface Disagreement {
  readonly suite: string
  readonly against: string
  readonly ids: readonly string[]
  /** The places that differ: no more and no fewer. */
  readonly at: readonly string[]
  readonly reason: string
}

const trees = { suite: 'stalwart-mail-parser', against: 'JSON trees, with LF and with CRLF' }
const events = { suite: 'mime4j-testmsgs', against: 'parser events, and decoded bodies' }
const content = (suite: string) => ({ suite, against: 'its own octets, and postal-mime' })

export const disagreements: readonly Disagreement[] = [
  {
    ...trees,
    ids: ['eml/legacy/010.eml', 'eml/legacy/010.eml.crlf'],
    at: ['parts/0/fields/5/to/0/0', 'parts/0/fields/7/subject'],
    reason: 'Octets beyond ASCII without a label are Latin-1 here when they are no UTF-8; there they become U+FFFD.',
  },
  {
    ...trees,
    ids: ['eml/legacy/017.eml', 'eml/legacy/017.eml.crlf'],
    at: ['parts/0/fields/4/to/0/0'],
    reason: 'Octets beyond ASCII without a label are Latin-1 here when they are no UTF-8; there they become U+FFFD.',
  },
  {
    ...trees,
    ids: ['eml/legacy/022.eml', 'eml/legacy/022.eml.crlf'],
    at: ['parts/0/fields/1/to/0/0', 'parts/0/fields/2/subject'],
    reason: 'Octets beyond ASCII without a label are Latin-1 here when they are no UTF-8; there they become U+FFFD.',
  },
  {
    ...trees,
    ids: ['eml/legacy/026.eml', 'eml/legacy/026.eml.crlf'],
    at: [
      'parts/2/body',
      'parts/2/fields/0/content-type/parameters/name',
      'parts/2/fields/2/content-disposition/parameters/filename',
    ],
    reason: 'Octets beyond ASCII without a label are Latin-1 here when they are no UTF-8; there they become U+FFFD.',
  },
  {
    ...trees,
    ids: ['eml/malformed/000.eml', 'eml/malformed/000.eml.crlf'],
    at: ['parts'],
    reason:
      'A delimiter that follows a header without a blank line ends the part here; there the multipart has no parts.',
  },
  {
    ...trees,
    ids: [
      'eml/malformed/001.eml',
      'eml/malformed/001.eml.crlf',
      'eml/malformed/005.eml',
      'eml/malformed/005.eml.crlf',
      'eml/malformed/016.eml',
      'eml/malformed/016.eml.crlf',
    ],
    at: ['parts'],
    reason: 'A delimiter is a whole line here (RFC 2046 §5.1.1); there a line that begins with the boundary is one.',
  },
  {
    ...trees,
    ids: ['eml/malformed/002.eml', 'eml/malformed/002.eml.crlf'],
    at: ['attachments'],
    reason: 'A multipart whose boundary never occurs is read as text here; there it is an attachment.',
  },
  {
    ...trees,
    ids: ['eml/malformed/008.eml', 'eml/malformed/008.eml.crlf'],
    at: ['attachments', 'parts/0/body/parts', 'parts/1/body/parts', 'parts/1/offset/2', 'parts/3/offset/0'],
    reason:
      'A delimiter of an outer multipart ends an inner one that is open (RFC 2046 §5.1.2); there the inner one goes on.',
  },
  {
    ...trees,
    ids: ['eml/malformed/012.eml', 'eml/malformed/012.eml.crlf'],
    at: ['parts'],
    reason:
      'A delimiter of an outer multipart ends an inner one that is open (RFC 2046 §5.1.2); there the inner one goes on.',
  },
  {
    ...trees,
    ids: ['eml/malformed/013.eml', 'eml/malformed/013.eml.crlf'],
    at: ['parts'],
    reason: 'A boundary that is open already belongs to the outer multipart here, and to the inner one there.',
  },
  {
    ...trees,
    ids: ['eml/malformed/014.eml', 'eml/malformed/014.eml.crlf'],
    at: ['parts'],
    reason:
      'What follows a delimiter is a part here, though it be empty; there a delimiter at the very end begins none.',
  },
  {
    ...trees,
    ids: ['eml/malformed/017.eml', 'eml/malformed/017.eml.crlf'],
    at: ['parts/1/fields/2/content-disposition'],
    reason:
      'Content-Disposition without a word keeps its parameters here, as an attachment (RFC 2183 §2.8); there it is empty.',
  },
  {
    ...trees,
    ids: ['eml/malformed/021.eml', 'eml/malformed/021.eml.crlf'],
    at: ['parts'],
    reason: 'The first of two Content-Type fields counts here, and the last one there.',
  },
  {
    ...trees,
    ids: ['eml/rfc/000.eml', 'eml/rfc/000.eml.crlf'],
    at: ['parts/4/body', 'parts/5/body'],
    reason: 'What is no base64 is passed over here (RFC 2045 §6.8); there such a body stays as it is.',
  },
  {
    ...trees,
    ids: ['eml/thirdparty/005.eml'],
    at: ['parts/5/body', 'parts/5/offset/2'],
    reason:
      'A delimiter is a line of its own here; there the end of a line closes the multipart too. With CRLF the file in UTF-16 is no longer one, and half a character is shown.',
  },
  {
    ...trees,
    ids: ['eml/thirdparty/005.eml.crlf'],
    at: ['parts/1/body', 'parts/5/body', 'parts/5/offset/2'],
    reason:
      'A delimiter is a line of its own here; there the end of a line closes the multipart too. With CRLF the file in UTF-16 is no longer one, and half a character is shown.',
  },
  {
    ...trees,
    ids: ['address.json#8', 'address.json#9', 'address.json#22', 'address.json#56'],
    at: ['value/0/0'],
    reason: 'A comment is no part of a name here (RFC 5322 §3.2.2); there it is added to it.',
  },
  {
    ...trees,
    ids: ['address.json#10'],
    at: ['value/0/0', 'value/2/0'],
    reason: 'A comment is no part of a name here (RFC 5322 §3.2.2); there it is added to it.',
  },
  {
    ...trees,
    ids: ['address.json#13'],
    at: ['value/0/1', 'value/1/1'],
    reason:
      'A route and white space around dots are left out of an address here (RFC 5322 §4.4), and a comment of a name.',
  },
  {
    ...trees,
    ids: ['address.json#14'],
    at: ['value/0/0', 'value/0/1'],
    reason:
      'A route and white space around dots are left out of an address here (RFC 5322 §4.4), and a comment of a name.',
  },
  {
    ...trees,
    ids: ['content_type.json#29', 'content_type.json#30'],
    at: ['value/parameters/title-language'],
    reason: 'The language of a parameter (RFC 2231 §5) is not kept here.',
  },
  {
    ...trees,
    ids: ['content_type.json#31'],
    at: ['value/parameters/filename', 'value/parameters/filename-language'],
    reason:
      'Later sections without semicolons repeat the character set; here that is text, and the language is not kept.',
  },
  {
    ...trees,
    ids: ['content_type.json#34'],
    at: ['value/parameters/name'],
    reason: 'White space between two encoded words is no text here (RFC 2047 §6.2), in a parameter either.',
  },
  {
    ...trees,
    ids: ['content_type.json#49'],
    at: ['value/parameters/name'],
    reason: 'A parameter without a value is an empty one here, and none there.',
  },
  {
    ...trees,
    ids: ['content_type.json#54'],
    at: ['value'],
    reason: 'A type beyond ASCII is no token (RFC 2045 §5.1), and the field as good as absent.',
  },
  {
    ...trees,
    ids: ['content_type.json#55', 'content_type.json#56'],
    at: ['value/parameters/name'],
    reason: 'A quote that never closes ends with its text here, so the white space behind is none of it.',
  },
  {
    ...trees,
    ids: ['content_type.json#59'],
    at: ['value/parameters/key', 'value/parameters/key3-language'],
    reason: 'A gap between sections ends the value here (RFC 2231 §3); the language is not kept.',
  },
  {
    ...trees,
    ids: ['content_type.json#61'],
    at: [
      'value/parameters/1',
      'value/parameters/15',
      'value/parameters/18',
      'value/parameters/3',
      'value/parameters/4',
      'value/parameters/5',
      'value/parameters/7',
      'value/parameters/9',
    ],
    reason: 'Names with more than one star are no parameters here.',
  },
  {
    ...trees,
    ids: ['content_type.json#76', 'content_type.json#77', 'content_type.json#78'],
    at: ['value'],
    reason: 'A type with two slashes is none here, and the default holds (RFC 2045 §5.2).',
  },
  {
    ...trees,
    ids: ['date.json#10', 'date.json#12'],
    at: ['value'],
    reason: 'A month is a name here (RFC 5322 §3.3); there it may be a number.',
  },
  {
    ...trees,
    ids: ['date.json#28'],
    at: ['value'],
    reason: 'This is the value of a Received field, of which the date is only the end.',
  },
  {
    ...trees,
    ids: ['date.json#30'],
    at: ['value'],
    reason: 'EST5EDT is no zone of RFC 5322 §4.3, so it is no date here.',
  },
  {
    ...trees,
    ids: ['id.json#10'],
    at: ['value'],
    reason: 'An identifier has brackets, or at least an @, here.',
  },
  {
    ...trees,
    ids: ['unstructured.json#21', 'unstructured.json#27', 'unstructured.json#28'],
    at: ['value'],
    reason: 'White space that is not written does not stand before an encoded word here.',
  },
  {
    ...events,
    ids: [
      'mimetools-testmsgs/attachment-filename-encoding-UTF8.msg',
      'mimetools-testmsgs/attachment-filename-encoding-UTF8.msg_decoded',
    ],
    at: ['/epilogue'],
    reason:
      'The line end behind a closing delimiter belongs to it here; there it is an epilogue when no multipart is around.',
  },
  {
    ...events,
    ids: [
      'mimetools-testmsgs/badbound.msg',
      'mimetools-testmsgs/badbound.msg_decoded',
      'testmsgs/missing-boundary.msg',
      'testmsgs/missing-boundary.msg_decoded',
    ],
    at: ['/body', '/parts', '/preamble'],
    reason: 'A multipart whose boundary never occurs has a body here; there it is a preamble without parts.',
  },
  {
    ...events,
    ids: ['mimetools-testmsgs/frag.msg_decoded'],
    at: ['/parts/1/message/parts/1/message/parts/1/message/parts/1/body'],
    reason: 'The message ends inside a group of base64, of which the whole octets are given here.',
  },
  {
    ...events,
    ids: [
      'testmsgs/basic-plain-with-bad-header-separator.msg',
      'testmsgs/basic-plain-with-bad-header-separator.msg_decoded',
    ],
    at: ['/body'],
    reason:
      'A line that is no field ends the header here, and nothing is lost; there the text is lost up to the next blank line.',
  },
  {
    ...events,
    ids: ['testmsgs/example.msg', 'testmsgs/example.msg_decoded'],
    at: ['/preamble'],
    reason: 'A preamble that is one line end belongs to the delimiter here; there it is an empty preamble.',
  },
  {
    ...events,
    ids: ['testmsgs/very-very-long-boundary.msg', 'testmsgs/very-very-long-boundary.msg_decoded'],
    at: ['/parts'],
    reason:
      'White space at the end of a boundary is not part of it here (RFC 2046 §5.1.1), so a line without it is a delimiter as well.',
  },
  {
    ...content('stalwart-mail-parser'),
    ids: ['eml/legacy/001.eml', 'eml/legacy/005.eml'],
    at: ['text'],
    reason: 'UTF-7 is known here.',
  },
  {
    ...content('stalwart-mail-parser'),
    ids: ['eml/legacy/026.eml'],
    at: ['attachments/0/name'],
    reason: 'Octets beyond ASCII in a header are Latin-1 here when they are no UTF-8; there they become U+FFFD.',
  },
  {
    ...content('stalwart-mail-parser'),
    ids: ['eml/legacy/042.eml', 'eml/legacy/047.eml'],
    at: ['attachments', 'text'],
    reason: 'A named text behind another text is a file here; there it is joined to the text.',
  },
  {
    ...content('stalwart-mail-parser'),
    ids: ['eml/malformed/002.eml'],
    at: ['text'],
    reason: 'The body of a multipart whose boundary never occurs is text here, and lost there.',
  },
  {
    ...content('stalwart-mail-parser'),
    ids: ['eml/malformed/005.eml'],
    at: ['text'],
    reason: 'A line is a delimiter of the outer multipart here when it could be one of both; there of the inner one.',
  },
  {
    ...content('stalwart-mail-parser'),
    ids: ['eml/malformed/017.eml'],
    at: ['attachments'],
    reason: 'A missing semicolon behind the type does not cost the boundary here.',
  },
  {
    ...content('stalwart-mail-parser'),
    ids: ['eml/thirdparty/005.eml'],
    at: ['text'],
    reason: 'It takes UTF-16 apart at line feeds, which are no line ends there.',
  },
  {
    ...content('mime4j-testmsgs'),
    ids: ['dom/src/test/resources/mime4j-219-new-date-time-format.msg'],
    at: ['text'],
    reason: 'Text with a missing or unknown character set that is no UTF-8 is Latin-1 here, so that no octet is lost.',
  },
  {
    ...content('mime4j-testmsgs'),
    ids: [
      'mimetools-testmsgs/badbound.msg',
      'mimetools-testmsgs/badbound.out',
      'testmsgs/missing-boundary.msg',
      'testmsgs/missing-boundary.out',
    ],
    at: ['text'],
    reason: 'The body of a multipart whose boundary never occurs is text here, and lost there.',
  },
  {
    ...content('mime4j-testmsgs'),
    ids: ['mimetools-testmsgs/lennie.msg', 'mimetools-testmsgs/lennie.out'],
    at: ['attachments', 'html', 'text'],
    reason: 'A named text behind another text is a file here; there it is joined to the text.',
  },
  {
    ...content('mime4j-testmsgs'),
    ids: ['testmsgs/basic-plain-with-bad-header-separator.msg'],
    at: ['text'],
    reason:
      'A line that is no field ends the header here, and the text from there on is read; there it is lost up to the next blank line.',
  },
  {
    ...content('mime4j-testmsgs'),
    ids: ['testmsgs/very-very-long-boundary.msg', 'testmsgs/very-very-long-boundary.out'],
    at: ['text'],
    reason: 'White space at the end of a boundary is not part of it here (RFC 2046 §5.1.1).',
  },
  {
    ...content('python-email-data'),
    ids: ['msg_04.txt'],
    at: ['attachments', 'text'],
    reason: 'A named text behind another text is a file here; there it is joined to the text.',
  },
  {
    ...content('python-email-data'),
    ids: ['msg_31.txt'],
    at: ['text'],
    reason: 'The body of a multipart whose boundary never occurs is text here, and lost there.',
  },
  {
    ...content('enmime-testdata'),
    ids: ['testdata/mail/epilogue-sample.raw'],
    at: ['attachments/0/content'],
    reason: 'Padding ends base64 here (RFC 2045 §6.8); there what follows it is decoded too.',
  },
  {
    ...content('enmime-testdata'),
    ids: ['testdata/mail/inlinemultipart.raw', 'testdata/mail/malformed-multiple-address-header-values.raw'],
    at: ['attachments', 'text'],
    reason: 'A named text behind another text is a file here; there it is joined to the text.',
  },
  {
    ...content('enmime-testdata'),
    ids: ['testdata/parts/chardet-fail.raw'],
    at: ['text'],
    reason: 'Text with a missing or unknown character set that is no UTF-8 is Latin-1 here, so that no octet is lost.',
  },
  {
    ...content('enmime-testdata'),
    ids: ['testdata/parts/empty-ctype-bad-content.raw'],
    at: ['attachments', 'text'],
    reason: 'A Content-Type that names no type means plain text here (RFC 2045 §5.2); there the part is a file.',
  },
  {
    ...content('ruby-mail-fixtures'),
    ids: ['emails/plain_emails/raw_email10.eml', 'emails/plain_emails/raw_email6.eml'],
    at: ['text'],
    reason: 'UTF-8 is recognised below an unknown name here; there it is taken for windows-1252.',
  },
  {
    ...content('thunderbird-mime'),
    ids: ['bodystructuretest3'],
    at: ['attachments', 'html'],
    reason: 'A named text behind another text is a file here; there it is joined to the text.',
  },
  {
    ...content('thunderbird-mime'),
    ids: ['multipartmalt-detach'],
    at: ['attachments', 'text'],
    reason: 'A named text behind another text is a file here; there it is joined to the text.',
  },
  {
    ...content('mimekit-testdata'),
    ids: ['mbox/issue1189-summary.txt', 'mbox/jwz-summary.txt'],
    at: ['text'],
    reason: 'A second mbox line is no field here and ends the header; there it is passed over.',
  },
  {
    ...content('mimekit-testdata'),
    ids: ['messages/missing-subtype.txt'],
    at: ['attachments', 'text'],
    reason: 'A Content-Type that names no type means plain text here (RFC 2045 §5.2); there the part is a file.',
  },
]
