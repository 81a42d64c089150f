import { describe, expect, inject, test } from 'vitest'
import { webPorts } from '../../src/agent/index.js'
import type { Fetch } from '../../src/http/index.js'
import { accept } from '../../src/verdict/index.js'

describe('what an agent asks of the world in a browser', () => {
  const doh = inject('dohUrl')
  const judge = async () => accept({}, [])

  test('DNS over HTTPS is asked, in the order of the places', async () => {
    const { certificates, steps } = await webPorts({ doh }).discovery.find({ address: 'nobody@clinic.example', judge })
    expect(certificates).toEqual([])
    expect(steps[0]).toMatchObject({ code: 'dns-no-name', about: { dnsName: 'nobody.clinic.example' } })
  })

  test('what is no certificate is passed over, and told', async () => {
    const { discovery } = webPorts({ doh })
    const { steps } = await discovery.find({ address: 'ann@clinic.example', judge })
    expect(steps[0]).toMatchObject({ code: 'dns-records', steps: [{ code: 'record-unreadable' }] })
  })

  test('a service that refuses has not said "no"', async () => {
    const { discovery } = webPorts({ doh, timeoutMs: 5000 })
    const search = discovery.find({ address: 'refused@clinic.example', judge })
    await expect(search).rejects.toMatchObject({ code: 'ERR_DISCOVERY_FAILED', temporary: true })
  })

  test('what certificates point to is fetched by a relay, or not at all', () => {
    const relay: Fetch = () => Promise.reject(new TypeError('no'))
    expect(webPorts({ doh, relay }).fetch).toBe(relay)
    expect('fetch' in webPorts({ doh })).toBe(false)
  })
})
