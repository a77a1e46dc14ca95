import t from 'tap'
import { msBetween, plus, readDurationMs, readInstant, showDuration } from '../../src/domain/time.ts'

t.test('every way Okta writes a time is the same instant', async (t) => {
  const instant = '2026-06-15T14:03:19.881Z'
  for (const text of [
    '2026-06-15T14:03:19.881Z',
    '2026-06-15T14:03:19.881204Z',
    '2026-06-15T14:03:19.881204331Z',
    '2026-06-15T16:03:19.881+02:00',
    '2026-06-15T14:03:19.881'
  ]) {
    t.equal(readInstant(text), instant, text)
  }
  for (const none of [null, 7, '', 'yesterday', '2026-13-45T99:99:99Z', '2026-06-15'])
    t.equal(readInstant(none), null, String(none))
})

t.test('a day that its month does not have is the same instant however exactly it is written', async (t) => {
  for (const day of [
    '2026-02-28',
    '2026-02-29',
    '2026-02-30',
    '2026-04-31',
    '2028-02-29',
    '2026-12-31',
    '2026-01-32'
  ]) {
    t.equal(readInstant(`${day}T12:00:00.000Z`), readInstant(`${day}T12:00:00Z`), day)
  }
})

t.test('instants are compared and moved as text', async (t) => {
  t.equal(plus('2026-06-15T23:59:59.500Z', 1_000), '2026-06-16T00:00:00.500Z')
  t.equal(msBetween('2026-06-15T00:00:00.000Z', '2026-06-14T00:00:00.000Z'), -86_400_000)
})

t.test('durations of the policy, and durations for people', async (t) => {
  t.same(['200ms', '90s', '10m', '24h', '30d'].map(readDurationMs), [200, 90_000, 600_000, 86_400_000, 2_592_000_000])
  t.same(['', '10', 'm', '1.5h', '-1h'].map(readDurationMs), [null, null, null, null, null])
  t.same([45_000, 600_000, 10_800_000, 259_200_000].map(showDuration), ['45 s', '10 min', '3 h', '3 d'])
})
