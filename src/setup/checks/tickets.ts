/** Checks of the ticket systems that the policy names, and of the ways to users. Each finding names every target it is true of. Pure. */
import { type CheckVerdict, error, warning } from '../finding.ts'
import type { Probes } from '../probes/probes.ts'
import type { TicketProbe } from '../probes/tickets.ts'

type Check = (probes: Probes) => CheckVerdict

/** A finding of the sentences that targets give, each once, after one another. */
const said =
  (as: typeof error, fix: string, of: (probe: TicketProbe) => readonly string[]): Check =>
  ({ tickets }) => {
    const all = 'all' in tickets ? tickets.all.flatMap(of) : []
    return all.length > 0 ? as(all.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(' '), fix) : null
  }

export const TICKET_CHECKS = {
  ticket_secret_missing: ({ tickets }) =>
    'failure' in tickets
      ? error(
          tickets.failure,
          'The service does not start without it. Credentials are in REENROLL_TICKET_SECRETS: a JSON object with one per target of the policy.'
        )
      : null,
  ticket_target_denied: said(
    error,
    'Put a credential that is in force into REENROLL_TICKET_SECRETS, and give its user the rights it lacks.',
    ({ failure }) => (failure?.reason === 'denied' ? [failure.because] : [])
  ),
  ticket_target_unreachable: said(
    error,
    'Check the address, proxy and caFile under tickets.targets in the policy, for mail REENROLL_SMTP_URL, and that the system can be reached from here.',
    ({ failure }) => (failure && failure.reason !== 'denied' ? [failure.because] : [])
  ),
  ticket_target_settings: said(
    error,
    'Correct it there or under tickets.targets in the policy, then run: npx reenroll tickets check.',
    ({ faults }) => faults
  ),
  ticket_target_risk: said(warning, 'Correct it under tickets.targets in the policy.', ({ warnings }) => warnings)
} as const satisfies Readonly<Record<string, Check>>
