/** The counts of a replay, and what another policy changes. Pure. */
import type { VerdictChange } from '../api/runtime-controls.ts'
import type { Replayed } from './replay.ts'

/** One line per cause and rule. */
export interface TallyRow {
  readonly cause: string
  readonly rule: string
  /** What would be done, as in `unsuspend_user, auto`, or what not, as in `ticket (stopped by G9)`. */
  readonly outcome: string
  readonly count: number
}

export function tally(replayed: readonly Replayed[]): readonly TallyRow[] {
  const rows = new Map<string, TallyRow>()
  for (const { cause, rule, ...decided } of replayed) {
    const outcome = outcomeOf(decided)
    const key = [cause, rule, outcome].join('\n')
    rows.set(key, { cause, rule, outcome, count: (rows.get(key)?.count ?? 0) + 1 })
  }
  return [...rows.values()].toSorted((a, b) => b.count - a.count || compare(a, b))
}

function compare(a: TallyRow, b: TallyRow): number {
  return `${a.cause} ${a.rule} ${a.outcome}`.localeCompare(`${b.cause} ${b.rule} ${b.outcome}`)
}

/** What the policy makes of a case, in a few words. */
function outcomeOf({
  kind,
  mode,
  remediation,
  stoppedBy
}: Pick<Replayed, 'kind' | 'mode' | 'remediation' | 'stoppedBy'>): string {
  if (kind === 'remediate') return `${remediation}, ${mode}`
  if (remediation === null) return kind
  const why = mode === 'observe' ? 'observed only' : `stopped by ${stoppedBy.join(' ')}`
  return `${kind} instead of ${remediation} (${why})`
}

const EXAMPLES = 5

export function changes(before: readonly Replayed[], after: readonly Replayed[]): readonly VerdictChange[] {
  const then = new Map(before.map((replayed) => [replayed.caseId, replayed]))
  const groups = new Map<string, VerdictChange>()
  for (const now of after) {
    const old = then.get(now.caseId)
    if (!old) continue
    const [from, to] = [outcomeOf(old), outcomeOf(now)]
    const rule = old.rule === now.rule ? now.rule : `${old.rule} → ${now.rule}`
    if (from === to && old.rule === now.rule) continue
    const key = [rule, from, to].join('\n')
    const known = groups.get(key)
    const examples = [...(known?.examples ?? []), now.caseId].slice(0, EXAMPLES)
    groups.set(key, { rule, before: from, after: to, count: (known?.count ?? 0) + 1, examples })
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count || a.rule.localeCompare(b.rule))
}

/** How many writes a policy would have made automatically. */
export function automaticWrites(replayed: readonly Replayed[]): number {
  return replayed.filter(({ kind, mode }) => kind === 'remediate' && mode === 'auto').length
}
