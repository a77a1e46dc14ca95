/** A ticket system beside the set-up that `doctor` looks at, and what can be wrong with it. */
import { join } from 'node:path'
import type { Test } from 'tap'
import { systemClock } from '../../src/domain/time.ts'
import { JIRA_TOKEN, JIRA_USER, openJira } from '../fakes/jira.ts'
import { manualClock } from '../support/clock.ts'
import { freePort } from '../support/loopback.ts'

interface SetUp {
  readonly env: Record<string, string>
}

/** A Jira project beside it, as the policy names it. */
export async function withJira(
  { env }: SetUp,
  t: Test,
  over: { project?: string; token?: string | null; keys?: string } = {}
) {
  const fake = await openJira(t, { clock: manualClock(systemClock()) })
  const { project = 'OPS', token = JIRA_TOKEN, keys = 'resolveBy: [Resolve]' } = over
  const target = `{ name: tracker, system: jira, url: '${fake.url}', user: '${JIRA_USER}', project: ${project}, fields: { customfield_7: Helpdesk }, ${keys} }`
  const folder = t.testdir({
    'policy.yaml': `tickets:\n  targets:\n    - ${target}\n  routes:\n    - { to: [tracker] }\n`
  })
  env.REENROLL_POLICY_FILE = join(folder, 'policy.yaml')
  if (token !== null) env.REENROLL_TICKET_SECRETS = JSON.stringify({ tracker: token })
  return fake
}

/** Rows of the matrix. */
export const TICKET_FAULTS: readonly {
  readonly id: string
  readonly severity: 'error' | 'warning'
  readonly how: string
  readonly breakIt: (setup: SetUp, t: Test) => Promise<void>
}[] = [
  {
    id: 'ticket_secret_missing',
    severity: 'error',
    how: 'a tracker without credential',
    breakIt: async (setup, t) => void (await withJira(setup, t, { token: null }))
  },
  {
    id: 'ticket_secret_missing',
    severity: 'error',
    how: 'the certificate file of a tracker is not there',
    breakIt: async (setup, t) => void (await withJira(setup, t, { keys: 'resolveBy: [Resolve], caFile: /no/such.pem' }))
  },
  {
    id: 'ticket_target_denied',
    severity: 'error',
    how: 'a credential that was revoked',
    breakIt: async (setup, t) => void (await withJira(setup, t, { token: 'revoked-token-of-a-test' }))
  },
  {
    id: 'ticket_target_unreachable',
    severity: 'error',
    how: 'a tracker that is down',
    breakIt: async (setup, t) => (await withJira(setup, t)).failAll('drop_before')
  },
  {
    id: 'ticket_target_settings',
    severity: 'error',
    how: 'another project',
    breakIt: async (setup, t) => void (await withJira(setup, t, { project: 'NOPE' }))
  },
  {
    id: 'ticket_target_risk',
    severity: 'warning',
    how: 'what `tickets check` warns of',
    breakIt: async (setup, t) => void (await withJira(setup, t, { keys: 'issueType: Task' }))
  },
  {
    id: 'ticket_target_settings',
    severity: 'error',
    how: 'a mail server that refuses the connection, with mail to users',
    async breakIt({ env }, t) {
      const folder = t.testdir({ 'policy.yaml': 'tickets: {mail: {causes: [unknown]}}\n' })
      env.REENROLL_POLICY_FILE = join(folder, 'policy.yaml')
      env.REENROLL_SMTP_URL = `smtp://127.0.0.1:${await freePort()}`
      env.REENROLL_MAIL_FROM = 'desk@example.com'
    }
  }
]
