import t from 'tap'
import { createServiceNowTarget, type ServiceNowSettings } from '../../src/ticket/targets/servicenow.ts'
import { type OpenTarget, personContract, targetContract } from '../contract/ticket-target.ts'
import { openServiceNow, SN_PASSWORD, SN_USER } from '../fakes/servicenow.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openServiceNow(t, { clock, ...(perMinute ? { perMinute } : {}) })
  const settings = (): ServiceNowSettings => ({
    system: 'servicenow',
    url: fake.url,
    user: SN_USER,
    table: 'incident',
    fields: {},
    closeCode: 'Solved (Permanently)',
    wontFix: []
  })
  return { fake, make: (deps) => createServiceNowTarget('tracker', settings(), SN_PASSWORD, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
t.test('people work in it too', (t) => personContract(t, open))
