/** Checks of the ticket systems that the policy names, and of the ways to users. Each finding names every target it is true of. Pure. */
import { type CheckVerdict, error, warning } from '../finding.ts'
import type { Probes } from '../probes/probes.ts'
import type { TicketProbe } from '../probes/tickets.ts'

type Check = (probes: Probes) => CheckVerdict

function askedOf({ tickets }: Probes): readonly TicketProbe[] {
  return 'all' in tickets ? tickets.all : []
}

/** Sentences of the targets, each once, after one another; null without any. */
function said(all: readonly string[]): string | null {
  return all.length > 0 ? all.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(' ') : null
}

export const TICKET_CHECKS = {
  ticket_secret_missing: ({ tickets }) =>
    'failure' in tickets
      ? error(
          tickets.failure,
          'The service does not start without it. Credentials are in REENROLL_TICKET_SECRETS: a JSON object with one per target of the policy.'
        )
      : null,
  ticket_target_denied: (probes) => {
    const what = said(askedOf(probes).flatMap(({ failure }) => (failure?.reason === 'denied' ? [failure.because] : [])))
    return what === null
      ? null
      : error(
          what,
          'Put a credential that is in force into REENROLL_TICKET_SECRETS, and give its user the rights it lacks.'
        )
  },
  ticket_target_unreachable: (probes) => {
    const what = said(
      askedOf(probes).flatMap(({ failure }) => (failure && failure.reason !== 'denied' ? [failure.because] : []))
    )
    return what === null
      ? null
      : error(
          what,
          'Check the address, proxy and caFile under tickets.targets in the policy, for mail REENROLL_SMTP_URL, and that the system can be reached from here.'
        )
  },
  ticket_target_settings: (probes) => {
    const what = said(askedOf(probes).flatMap(({ faults }) => faults))
    return what === null
      ? null
      : error(what, 'Correct it there or under tickets.targets in the policy, then run: npx reenroll tickets check.')
  },
  ticket_target_risk: (probes) => {
    const what = said(askedOf(probes).flatMap(({ warnings }) => warnings))
    return what === null ? null : warning(what, 'Correct it under tickets.targets in the policy.')
  }
} as const satisfies Readonly<Record<string, Check>>
