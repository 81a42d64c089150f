import { decodeLatin1 } from '../../../src/bytes/index.js'
import { fieldBodies, MimeError, parseEntity } from '../../../src/mime/index.js'
import { parseDisposition, parseNotification, requestsDelivery } from '../../../src/notification/index.js'
import type { Target } from '../target.js'

export const notificationTargets: readonly Target[] = [
  {
    name: 'notification',
    files: ['notification/parse-notification.ts', 'notification/disposition.ts'],
    seeds: ['mail'],
    mutators: ['mail', 'mail', 'text'],
    own: [MimeError],
    run(input) {
      const message = parseEntity(input)
      parseNotification(message)
      for (const options of fieldBodies(message.header, 'Disposition-Notification-Options')) requestsDelivery(options)
    },
  },
  {
    name: 'notification-fields',
    files: ['notification/disposition.ts', 'notification/delivery-request.ts'],
    aside: ['deliveryRequestFields'],
    seeds: ['disposition', 'words'],
    mutators: ['text', 'bytes'],
    own: [],
    run(input) {
      const text = decodeLatin1(input)
      parseDisposition(text)
      requestsDelivery(text)
    },
  },
]
