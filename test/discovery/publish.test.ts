import { describe, expect, test } from 'vitest'
import { decodeBase64, decodeUtf8 } from '../../src/bytes/index.js'
import { certRecord, ldapFilterText, ldifEntry } from '../../src/discovery/index.js'
import { issue, issueMailbox } from '../helpers/issue.js'

const address = 'Bob@Direct.Example'

describe('publishing', () => {
  test('the line of a zone file', async () => {
    const bob = await issueMailbox(address, { cn: 'Bob', key: 'k' })
    const data = btoa(String.fromCharCode(...bob.bytes))
    expect(certRecord(bob)).toBe(`bob.direct.example. IN CERT PKIX 0 0 ${data}`)
    expect(certRecord(bob, { ttl: 3600, for: 'direct.example' })).toBe(`direct.example. 3600 IN CERT PKIX 0 0 ${data}`)
  })

  test('for the domain that a certificate names', async () => {
    const all = await issue({ cn: 'd', key: 'k', subjectAltName: [{ type: 'dNSName', value: 'direct.example' }] })
    expect(certRecord(all)).toMatch(/^direct\.example\. IN CERT PKIX 0 0 /)
  })

  test.each([
    { comment: 'nobody is named', for: undefined },
    { comment: 'DNS has no name for the address', for: `${'b'.repeat(64)}@direct.example` },
    { comment: 'what would begin another line', for: 'bob@direct.example\n@ IN A 192.0.2.1' },
  ])('refused: $comment', async ({ for: owner }) => {
    const nobody = await issue({ cn: 'nobody', key: 'k' })
    const publish = () => certRecord(nobody, owner === undefined ? {} : { for: owner })
    expect(publish).toThrow(expect.objectContaining({ code: 'ERR_X509_DRAFT' }))
    expect(certRecord(nobody, { for: 'bob@direct.example' })).toMatch(/^bob\.direct\.example\. IN CERT/)
  })

  test('an entry of a directory', async () => {
    const bob = await issueMailbox(address, { cn: 'Bob', key: 'k' })
    const ldif = ldifEntry([bob], { base: 'ou=Certificates,o=Clinic' })
    const unfolded = ldif.replace(/\n /g, '').split('\n')
    expect(unfolded.slice(0, 5)).toEqual([
      'dn: cn=Bob@direct.example,ou=Certificates,o=Clinic',
      'objectClass: inetOrgPerson',
      'cn: Bob@direct.example',
      'sn: Bob@direct.example',
      'mail: Bob@direct.example',
    ])
    expect(unfolded[5]).toBe(`userCertificate;binary:: ${btoa(String.fromCharCode(...bob.bytes))}`)
    expect(ldif.split('\n').every((line) => line.length <= 76)).toBe(true)
  })

  test('a domain beyond ASCII is published in A-labels', async () => {
    const zoe = await issueMailbox('zoe@xn--zrich-kva.example', { cn: 'Zoe', key: 'k' })
    expect(certRecord(zoe, { for: 'zoe@Zürich.example' })).toMatch(/^zoe\.xn--zrich-kva\.example\. IN CERT/)
    expect(ldifEntry([zoe], { base: 'o=C', for: 'zoe@Zürich.example' })).toContain('mail: zoe@xn--zrich-kva.example\n')
  })

  test('a place beyond ASCII, or one that would begin another line, goes in base64 (RFC 2849)', async () => {
    const bob = await issueMailbox(address, { cn: 'Bob', key: 'k' })
    const [dn = ''] = ldifEntry([bob], { base: 'o=Zürich\nuserPassword: x' }).split('\n')
    expect(dn).toMatch(/^dn:: [\w+/=]+$/)
    expect(decodeUtf8(decodeBase64(dn.slice(5)))).toBe('cn=Bob@direct.example,o=Zürich\nuserPassword: x')
  })

  test.each([
    {
      comment: 'a name for a directory that has meaning there',
      mail: 'a,o=x+b@direct.example',
      dn: 'dn: cn=a\\2co\\3dx\\2bb@direct.example,o=C',
    },
    { comment: 'a line end', mail: 'a\nb@direct.example', dn: 'dn: cn=a\\0ab@direct.example,o=C' },
  ])('LDIF: $comment', async ({ mail, dn }) => {
    const bob = await issueMailbox(address, { cn: 'Bob', key: 'k' })
    expect(ldifEntry([bob], { base: 'o=C', for: mail }).split('\n')[0]).toBe(dn)
  })
})

describe('filters in writing (DISC-47, RFC 4515 §3)', () => {
  test.each([
    { value: 'bob@direct.example', text: '(mail=bob@direct.example)' },
    { value: 'a*@direct.example', text: '(mail=a\\2a@direct.example)' },
    { value: 'x)(|(cn=*', text: '(mail=x\\29\\28\\7c\\28cn=\\2a)' },
    { value: 'a\\b\0', text: '(mail=a\\5cb\\00)' },
    { value: 'zoë', text: '(mail=zo\\c3\\ab)' },
  ])('$value', ({ value, text }) => {
    expect(ldapFilterText({ attribute: 'mail', value })).toBe(text)
  })

  test('an attribute that is there', () => expect(ldapFilterText({ attribute: 'mail' })).toBe('(mail=*)'))
})
