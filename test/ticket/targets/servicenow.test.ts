import t from 'tap'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { type OpenTarget, personContract, targetContract } from '../../contract/ticket-target.ts'
import { openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { serviceNowSettings } from '../target-settings.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openServiceNow(t, { clock, ...(perMinute ? { perMinute } : {}) })
  return { fake, make: (deps) => createServiceNowTarget('tracker', serviceNowSettings(fake.url), SN_PASSWORD, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
t.test('people work in it too', (t) => personContract(t, open))
