import t from 'tap'
import { createSlackTarget } from '../../../src/ticket/targets/slack.ts'
import { type OpenTarget, targetContract } from '../../contract/ticket-target.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../../fakes/slack.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openSlack(t, { clock, ...(perMinute ? { perMinute } : {}) })
  const settings = () =>
    ({ system: 'slack', url: `${fake.url}/api/`, channel: SLACK_CHANNEL, approvers: ['U1'] }) as const
  return { fake, make: (deps) => createSlackTarget('tracker', settings(), SLACK_TOKEN, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
