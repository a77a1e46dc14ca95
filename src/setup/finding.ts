/** Problems of a set-up, as data. Pure. */

export const SEVERITIES = ['error', 'warning', 'info'] as const
/** `error`: failures are missed or nothing works; `warning`: works worse than it should; `info`: worth knowing. */
export type Severity = (typeof SEVERITIES)[number]

export interface Finding {
  readonly id: string
  readonly severity: Severity
  /** What is wrong, in a sentence. */
  readonly what: string
  /** What to do about it. */
  readonly fix: string
}

/** The result of one check; null when nothing is wrong or it cannot be judged. */
export type CheckVerdict = Omit<Finding, 'id'> | null

export function error(what: string, fix: string): CheckVerdict {
  return { severity: 'error', what, fix }
}

export function warning(what: string, fix: string): CheckVerdict {
  return { severity: 'warning', what, fix }
}

export function info(what: string, fix: string): CheckVerdict {
  return { severity: 'info', what, fix }
}

/** What the process ends with: 1 with an error among them, 2 with a warning, else 0. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ severity }) => severity === 'error')) return 1
  return findings.some(({ severity }) => severity === 'warning') ? 2 : 0
}
