import type { Position, StoredRecord, TrackingStore } from './store.js'

/** A store in the memory of one process, for tests and for those who can do without their records after a crash. */
export function trackingInMemory(): TrackingStore {
  const messages = new Map<string, Map<string, StoredRecord>>()
  const known = (messageId: string, recipient: string) => messages.get(messageId)?.get(recipient)
  const all = () => [...messages.values()].flatMap((recipients) => [...recipients.values()])
  return {
    async read(messageId, recipient) {
      return known(messageId, recipient)
    },
    async readMessage(messageId) {
      return [...(messages.get(messageId)?.values() ?? [])]
    },
    async write(record, version) {
      const { messageId, recipient } = record
      if (known(messageId, recipient)?.version !== version) return false
      const recipients = messages.get(messageId) ?? new Map<string, StoredRecord>()
      messages.set(messageId, recipients.set(recipient, { ...record, version: (version ?? 0) + 1 }))
      return true
    },
    async remove({ messageId, recipient, version }) {
      if (known(messageId, recipient)?.version !== version) return false
      const recipients = messages.get(messageId)
      recipients?.delete(recipient)
      if (recipients?.size === 0) messages.delete(messageId)
      return true
    },
    async due(at, limit) {
      const due = all().filter(({ dueAt }) => dueAt !== undefined && dueAt <= at)
      return due.sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0)).slice(0, limit)
    },
    async sentBetween(from, to, after, limit) {
      const sent = all().flatMap((record) => (record.sentAt === undefined ? [] : { ...record, sentAt: record.sentAt }))
      const between = sent.filter(
        (record) => record.sentAt >= from && record.sentAt < to && (!after || inOrder(after, record) < 0),
      )
      return between.sort(inOrder).slice(0, limit)
    },
  }
}

function inOrder(a: Position, b: Position): number {
  if (a.sentAt !== b.sentAt) return a.sentAt - b.sentAt
  if (a.messageId !== b.messageId) return a.messageId < b.messageId ? -1 : 1
  if (a.recipient === b.recipient) return 0
  return a.recipient < b.recipient ? -1 : 1
}
