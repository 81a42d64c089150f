import { decodeLatin1 } from '../../../src/bytes/index.js'
import { fieldBodies, MimeError, parseEntity } from '../../../src/mime/index.js'
import {
  isFailure,
  parseBounce,
  parseDisposition,
  parseNotification,
  recipientKey,
  requestsDelivery,
} from '../../../src/notification/index.js'
import type { Target } from '../target.js'

export const notificationTargets: readonly Target[] = [
  {
    name: 'notification',
    files: [
      'notification/parse-notification.ts',
      'notification/parse-bounce.ts',
      'notification/field-groups.ts',
      'notification/read-disposition.ts',
      'notification/read-delivery-status.ts',
      'notification/returned-message.ts',
      'notification/disposition.ts',
    ],
    seeds: ['mail'],
    mutators: ['mail', 'mail', 'text'],
    own: [MimeError],
    run(input) {
      const message = parseEntity(input)
      parseNotification(message)
      parseBounce(message)
      for (const options of fieldBodies(message.header, 'Disposition-Notification-Options')) requestsDelivery(options)
    },
  },
  {
    name: 'notification-fields',
    files: ['notification/disposition.ts', 'notification/delivery-request.ts', 'notification/recipient.ts'],
    aside: ['deliveryRequestFields'],
    seeds: ['disposition', 'words'],
    mutators: ['text', 'bytes'],
    own: [],
    run(input) {
      const text = decodeLatin1(input)
      isFailure(parseDisposition(text))
      requestsDelivery(text)
      recipientKey(text)
    },
  },
]
