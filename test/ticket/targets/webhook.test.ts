import t from 'tap'
import { createWebhookTarget } from '../../../src/ticket/targets/webhook.ts'
import { type OpenTarget, targetContract } from '../../contract/ticket-target.ts'
import { openWebhook, WEBHOOK_SECRET } from '../../fakes/webhook.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openWebhook(t, { clock, ...(perMinute ? { perMinute } : {}) })
  const settings = () => ({ system: 'webhook', url: `${fake.url}/hook` }) as const
  return { fake, make: (deps) => createWebhookTarget('tracker', settings(), WEBHOOK_SECRET, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
