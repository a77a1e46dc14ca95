/**
 * The decision table: the first row whose conditions all hold decides (style §2.5, facts §6.2, DESIGN §3). Modes are the
 * defaults; the policy file and run-time switches change them, guards and brakes stand behind every write.
 */
import { hold, type RuleFacts } from './conditions.ts'
import type { CauseThresholds, RuleVerdict } from './decision.ts'
import type { Queue, Rule } from './rule.ts'
import { ACCOUNT_RULES } from './rules-account.ts'
import { DEVICE_RULES } from './rules-device.ts'

const ACTIVE = { subjectKnown: true, recoveredSince: false, statusKnown: true, userStatus: 'ACTIVE' } as const

/** Rows that end before any cause matters. */
const SETTLED_RULES = [
  {
    id: 'no_subject',
    when: { subjectKnown: [false] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'No event names the user by id, so nothing can be written for anybody.',
    mode: 'auto',
    example: { subjectKnown: false, cause: 'unknown' },
    facts: '§2.4 item 6'
  },
  {
    id: 'already_recovered',
    when: { recoveredSince: [true] },
    outcome: { do: 'ignore' },
    because: 'The user has enrolled Okta Verify since the newest failure.',
    mode: 'auto',
    example: { ...ACTIVE, recoveredSince: true, cause: 'unknown' },
    facts: 'DESIGN §5'
  },
  {
    id: 'status_unread',
    when: { statusKnown: [false] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'Without the status of the account no cause can be told from another.',
    mode: 'auto',
    example: { subjectKnown: true, statusKnown: false, cause: 'unknown' },
    facts: 'G15'
  }
] as const satisfies readonly Rule[]

/** The last row: no condition, so there is always an answer. */
const OTHERWISE = {
  id: 'otherwise',
  when: {},
  outcome: { do: 'ticket', queue: 'service_desk' },
  because: 'Nothing that was read explains the failure: clear the account history in the app, then collect its log.',
  mode: 'auto',
  example: { ...ACTIVE, cause: 'unknown' },
  facts: 'C15'
} as const satisfies Rule

const CONDITIONAL_RULES: readonly Rule[] = [...SETTLED_RULES, ...ACCOUNT_RULES, ...DEVICE_RULES]

/** The whole table, in order. */
export const RULES: readonly Rule[] = [...CONDITIONAL_RULES, OTHERWISE]

/** Who gets a ticket that this row made; the service desk for a row that is no longer in the table. */
export function queueOf(ruleId: string): Queue {
  const outcome = RULES.find(({ id }) => id === ruleId)?.outcome
  return outcome && 'queue' in outcome ? outcome.queue : 'service_desk'
}

/** The row that decides, and every row held against the facts up to it, with its reason. */
export function selectRule(
  facts: RuleFacts,
  thresholds: CauseThresholds
): { readonly rule: Rule; readonly rows: readonly RuleVerdict[] } {
  const rows: RuleVerdict[] = []
  for (const rule of CONDITIONAL_RULES) {
    const row = { rule: rule.id, ...hold(rule.when, facts, thresholds) }
    rows.push(row)
    if (row.matched) return { rule, rows }
  }
  rows.push({ rule: OTHERWISE.id, matched: true, because: 'no row above matched' })
  return { rule: OTHERWISE, rows }
}
