/** A real SMTP hop on loopback: a server that takes whatever comes, and a client that hands over. */

import nodemailer from 'nodemailer'
import { SMTPServer } from 'smtp-server'

/**
 * @typedef {{ raw: Uint8Array, envelope: { mailFrom: string, rcptTo: string[] } }} Delivery
 * @typedef {{ raw: Uint8Array, envelope: { mailFrom: string, rcptTo: readonly string[] } }} Message
 */

/** Opens a server on a free port; `carry` hands a message over and gives back what arrived. */
export async function openPostOffice() {
  /** @type {(delivery: Delivery) => void} */
  let arrived = () => {}
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, { envelope }, done) {
      /** @type {Buffer[]} */
      const chunks = []
      stream.on('data', (chunk) => chunks.push(chunk))
      stream.on('end', () => {
        const mailFrom = envelope.mailFrom ? envelope.mailFrom.address : ''
        const rcptTo = envelope.rcptTo.map(({ address }) => address)
        done()
        arrived({ raw: new Uint8Array(Buffer.concat(chunks)), envelope: { mailFrom, rcptTo } })
      })
    },
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.server.address())
  const client = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true })
  return {
    /** @param {Message} message */
    async carry({ raw, envelope: { mailFrom, rcptTo } }) {
      /** @type {Promise<Delivery>} */
      const delivery = new Promise((resolve) => {
        arrived = resolve
      })
      await client.sendMail({ envelope: { from: mailFrom, to: [...rcptTo] }, raw: Buffer.from(raw) })
      return delivery
    },
    /** @returns {Promise<void>} */
    close() {
      client.close()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
