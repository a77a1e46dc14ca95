import t from 'tap'
import { createPagerDutyTarget } from '../../src/ticket/targets/pagerduty.ts'
import { type OpenTarget, targetContract } from '../contract/ticket-target.ts'
import { openPagerDuty, ROUTING_KEY } from '../fakes/pagerduty.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openPagerDuty(t, { clock, ...(perMinute ? { perMinute } : {}) })
  const settings = () => ({ system: 'pagerduty', url: fake.url, source: 'acme.okta.com' }) as const
  return { fake, make: (deps) => createPagerDutyTarget('tracker', settings(), ROUTING_KEY, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
