import t from 'tap'
import type { Device } from '../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { axisOf, deviceTracks } from '../../src/review/views/device-tracks.ts'
import { evidenceWith, failure, NOW } from '../remediate/situations.ts'
import { caseWith } from '../ticket/draft/cases.ts'

const item = <V>(value: V) => ({ state: 'known' as const, at: NOW, value, requestId: null })

const PHONE: Device = {
  id: 'guoPhone',
  status: 'SUSPENDED',
  name: 'Phone',
  platform: 'IOS',
  model: 'iPhone14,5',
  osVersion: '18.5',
  serialNumber: 'S1',
  managed: null,
  jailbroken: null,
  createdAt: plus(NOW, -200 * DAY_MS),
  lastUpdatedAt: plus(NOW, -3 * HOUR_MS)
}

t.test('a device is a track from its enrollment to this failure, found by id or serial number', async (t) => {
  const first = failure()
  const on = (device: Partial<typeof first.device>) => ({
    ...first,
    uuid: JSON.stringify(device),
    device: { ...first.device, ...device }
  })
  const evidence = { ...evidenceWith(), devices: item([PHONE, { ...PHONE, id: 'guoTablet', serialNumber: null }]) }
  const failures = [
    on({ id: 'guoPhone' }),
    on({ id: 'guoNew', serialNumber: 'S1' }),
    on({ id: 'guoOther', serialNumber: null })
  ]
  const tracks = deviceTracks(caseWith({ failures, evidence }))
  t.same(
    tracks.map(({ deviceId, marks }) => [deviceId, ...marks.map(({ kind }) => kind)]),
    [
      [null, 'failed'],
      ['guoPhone', 'registered', 'seen', 'failed', 'failed'],
      ['guoTablet', 'registered', 'seen']
    ]
  )
  t.equal(tracks[1]?.what, 'iPhone14,5, iOS 18.5')
})

t.test('the axis runs to now, by the logarithm of age', async (t) => {
  const axis = axisOf(deviceTracks(caseWith({ evidence: { ...evidenceWith(), devices: item([PHONE]) } })), NOW)
  const places = [200 * DAY_MS, 30 * DAY_MS, DAY_MS, HOUR_MS, MINUTE_MS, 0].map((ms) => axis.x(plus(NOW, -ms)))
  t.same(
    places,
    places.toSorted((a, b) => a - b)
  )
  t.equal(places[0], 3)
  t.equal(places.at(-1), 97)
  t.same(
    axis.ticks.map(({ words }) => words),
    ['1 h', '1 d', '7 d', '30 d', 'now']
  )
  t.ok(axis.x(plus(NOW, DAY_MS)) <= 97, 'a clock that runs ahead stays on the page')
})
