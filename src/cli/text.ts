import { encodePem } from '../keys/index.js'
import type { JudgedCertificate } from '../trust/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'

/** What strangers wrote may hold what a terminal obeys. */
export function printable(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?')
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** An instant for people and programs alike. */
export function timeText(at: number): string {
  return new Date(at).toISOString()
}

export function certificateText(certificate: Certificate): string {
  const { subject, issuer, serialNumber } = describeCertificate(certificate)
  return printable(`${subject}, issued by ${issuer}, serial ${serialNumber}, until ${timeText(certificate.notAfter)}`)
}

export function certificateJson(certificate: Certificate): object {
  return {
    ...describeCertificate(certificate),
    notBefore: timeText(certificate.notBefore),
    notAfter: timeText(certificate.notAfter),
    pem: certificatePem(certificate),
  }
}

export function certificatePem({ bytes }: Certificate): string {
  return encodePem('CERTIFICATE', bytes)
}

/** What a certificate leads through, to the anchor. */
export function pathLines({ path, anchor }: JudgedCertificate): readonly string[] {
  // An anchor may be the certificate itself.
  const end = anchor.certificate && !path.includes(anchor.certificate) ? [anchor.certificate] : []
  return [...path.slice(1), ...end].map((issuer) => `    below ${certificateText(issuer)}`)
}

export function pathJson({ path, anchor }: JudgedCertificate): object {
  return {
    path: path.map(describeCertificate),
    ...(anchor.certificate && { anchor: describeCertificate(anchor.certificate) }),
  }
}
