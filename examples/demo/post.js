/** A real SMTP hop on loopback: a server that takes whatever comes, and a client that hands over. */

import nodemailer from 'nodemailer'
import { SMTPServer } from 'smtp-server'

/**
 * @typedef {{ raw: Uint8Array, envelope: { mailFrom: string, rcptTo: string[] } }} Delivery
 * @typedef {{ port: number, next: () => Promise<Delivery>, close: () => Promise<void> }} PostOffice
 */

/** @returns {Promise<PostOffice>} */
export async function openPostOffice() {
  /** @type {Delivery[]} */
  const arrived = []
  /** @type {((delivery: Delivery) => void)[]} */
  const waiting = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      /** @type {Buffer[]} */
      const chunks = []
      stream.on('data', (chunk) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const delivery = {
          raw: new Uint8Array(Buffer.concat(chunks)),
          envelope: { mailFrom: mailFrom ? mailFrom.address : '', rcptTo: rcptTo.map(({ address }) => address) },
        }
        const first = waiting.shift()
        if (first) first(delivery)
        else arrived.push(delivery)
        done()
      })
    },
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.server.address())
  return {
    port,
    next: () => {
      const first = arrived.shift()
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve))
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/**
 * @param {PostOffice} office
 * @param {{ raw: Uint8Array, envelope: { mailFrom: string, rcptTo: readonly string[] } }} message
 */
export async function carry(office, { raw, envelope }) {
  const client = nodemailer.createTransport({ host: '127.0.0.1', port: office.port, secure: false, ignoreTLS: true })
  await client.sendMail({ envelope: { from: envelope.mailFrom, to: [...envelope.rcptTo] }, raw: Buffer.from(raw) })
  client.close()
  return office.next()
}
