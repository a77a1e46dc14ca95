/** What each ticket system must let Reenroll do: `tickets check` names what is missing, `deploy/tickets.md` has the table. Pure. */
import type { TicketSystem } from '../../config/policy/ticket-policy.ts'
import type { CheckResult } from './target.ts'

interface NeededRight {
  /** As the system calls it. */
  readonly right: string
  /** What Reenroll does with it. */
  readonly to: string
  /** `try`: nothing short of a ticket proves it. */
  readonly provedBy: 'check' | 'try'
}

interface NeededRights {
  /** Where an admin gives them. */
  readonly where: string
  readonly rights: readonly NeededRight[]
}

const right = (name: string, to: string, provedBy: NeededRight['provedBy'] = 'check'): NeededRight => ({
  ...{ right: name, to, provedBy }
})

export const NEEDED_RIGHTS: Readonly<Record<TicketSystem, NeededRights>> = {
  jira: {
    where: 'Project settings, Permissions; scopes only where the API token has scopes',
    rights: [
      right('BROWSE_PROJECTS', 'read and find tickets'),
      right('CREATE_ISSUES', 'make tickets'),
      right('EDIT_ISSUES', 'bring text and labels up to date'),
      right('ADD_COMMENTS', 'add news'),
      right('TRANSITION_ISSUES', 'resolve and reopen'),
      // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-watchers/
      right('MANAGE_WATCHERS', 'add the user as watcher; only with affectedUser: watcher'),
      // https://support.atlassian.com/jira-cloud-administration/docs/permissions-for-company-managed-projects/
      right('MODIFY_REPORTER', 'set the user as reporter; only with affectedUser: reporter'),
      // Without it the search finds nobody (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/).
      right('USER_PICKER', 'find the user’s account; a global permission, only with affectedUser'),
      right('read:jira-user', 'prove the login'),
      right('read:jira-work', 'read and find tickets'),
      right('write:jira-work', 'make and change tickets')
    ]
  },
  github: {
    where: 'the token’s repository permissions; the role in the repository’s settings',
    rights: [
      right('Metadata: read', 'see the repository'),
      right('Issues: read', 'read and find tickets'),
      right('Issues: write', 'make and change tickets'),
      right('Triage role', 'set labels, which GitHub drops silently otherwise')
    ]
  },
  servicenow: {
    where: 'User Administration, Users, Roles',
    rights: [
      right(
        'itil',
        'read, make and change incidents; sn_incident_write does too, and another table needs its own role'
      ),
      right(
        'read access to sys_user',
        'see who closed a ticket, and by the flags of integrations whether it is a person; otherwise nobody’s closing counts'
      ),
      right('write access to work_notes', 'add news', 'try')
    ]
  },
  slack: {
    where: 'the app’s OAuth & Permissions; install it again afterwards',
    rights: [
      right('chat:write', 'post and change messages'),
      right('channels:read', 'see the channel; groups:read where it is private'),
      right('channels:history', 'find a message whose answer was lost; groups:history where it is private')
    ]
  },
  pagerduty: {
    where: 'the service’s Integrations',
    rights: [right('integration key', 'send alerts; a key of another service is accepted too')]
  },
  teams: {
    where: 'the workflow’s trigger; let anyone start it, and copy its address again',
    rights: [
      right('sig=', 'start the workflow without a sign-in'),
      right('posting in the channel', 'show the card; Teams accepts a card before it is posted', 'try')
    ]
  },
  webhook: { where: 'the receiver', rights: [right('the same secret', 'accept the signature', 'try')] }
}

/** A sentence for each of these rights, with the fix. `place`: the part of the system, such as ` in SEC`. */
export function missingRights(
  name: string,
  system: TicketSystem,
  missing: readonly string[],
  place = ''
): readonly string[] {
  const { where, rights } = NEEDED_RIGHTS[system]
  return rights
    .filter((needed) => missing.includes(needed.right))
    .map(({ right, to }) => `${name}: ${right} is missing${place}, needed to ${to}. Give it: ${where}.`)
}

/** What a check found. `unproved` are rights beyond those that no check of this system proves. */
export function checkResult(
  system: TicketSystem,
  faults: readonly string[],
  { warnings = [], unproved = [] }: Partial<CheckResult> = {}
): CheckResult {
  const byTicket = NEEDED_RIGHTS[system].rights.filter(({ provedBy }) => provedBy === 'try').map(({ right }) => right)
  return { faults, warnings, unproved: [...unproved, ...byTicket] }
}
