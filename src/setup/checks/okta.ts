/** Checks of the way to Okta: sign-in, clock, rights, limits. Pure. */
import { RULES } from '../../decide/rules.ts'
import { MINUTE_MS, showDuration } from '../../domain/time.ts'
import type { RemediationId } from '../../domain/vocabulary.ts'
import { REMEDIATIONS } from '../../remediate/index.ts'
import { type CheckVerdict, error, info, warning } from '../finding.ts'
import type { Probes, ReadProbe } from '../probes/probes.ts'
import { missingRight, READ_RIGHTS, writeRight } from '../rights.ts'
import { costOfAbsence } from './policy.ts'

type Check = (probes: Probes) => CheckVerdict

/** Okta takes assertions and proofs of a few minutes around its own time (facts §7). */
const CLOCK_TOLERANCE_MS = MINUTE_MS
/** Fewer calls a minute than this cannot carry one case and the log besides. */
const LEAST_CALLS = 5
/** Of a bucket, used by anybody: from here on it is worth a word (facts appendix B). */
const BUSY = 0.6

export const OKTA_CHECKS = {
  okta_unreachable: ({ okta: { failure }, settings }) =>
    failure?.kind === 'unavailable'
      ? error(
          `${settings.okta.orgUrl} does not answer. ${failure.because}`,
          'Check OKTA_CLIENT_ORGURL, and that this machine may reach it (DNS, proxy, firewall).'
        )
      : null,
  sign_in_refused: ({ okta: { failure } }) =>
    failure?.kind === 'unauthenticated' && failure.errorCode !== 'invalid_scope'
      ? error(
          failure.because,
          'Check client id, private key and key id against the API Services app in the Admin Console.'
        )
      : null,
  scope_not_granted: ({ okta: { failure } }) =>
    failure?.errorCode === 'invalid_scope'
      ? error(
          'A scope in OKTA_CLIENT_SCOPES is not granted to the service app, so Okta gives it no token.',
          'Grant every scope of OKTA_CLIENT_SCOPES under the app’s Okta API Scopes, or take it out of the setting.'
        )
      : null,
  clock_wrong: ({ okta: { clockAheadMs } }) => {
    if (clockAheadMs === null || Math.abs(clockAheadMs) <= CLOCK_TOLERANCE_MS) return null
    const side = clockAheadMs > 0 ? 'behind' : 'ahead of'
    return error(
      `This machine's clock is ${showDuration(Math.abs(clockAheadMs))} ${side} Okta's.`,
      'Synchronise it (chrony, systemd-timesyncd); signatures and the age of events depend on it.'
    )
  },
  no_admin_role: ({ okta: { reads } }) =>
    allForbidden(reads)
      ? error(
          'Okta refuses every read: the service app has scopes, and no admin role.',
          'Assign the app a custom admin role with the read permissions of deploy/okta-setup.md and a resource set.'
        )
      : null,
  users_unreadable: (probes) => unreadable(probes, 'okta.users.read'),
  roles_unreadable: (probes) => unreadable(probes, 'okta.roles.read'),
  log_unreadable: (probes) => unreadable(probes, 'okta.logs.read'),
  source_not_there: ({ okta: { reads } }) => {
    const lacking = lackable(reads)
    if (allForbidden(reads) || lacking.length === 0) return null
    const sources = [...new Set(lacking.flatMap(({ source }) => source ?? []))]
    const costs = sources.map(costOfAbsence).filter((cost) => cost !== '')
    return error(
      `Okta does not answer for ${sources.join(', ')}. Unknown evidence stops every write.`,
      [`If the org has no such source, list it in the policy: absentSources: [${sources.join(', ')}].`, ...costs]
        .concat(`Otherwise: ${grantOf(lacking)}`)
        .join(' ')
    )
  },
  writes_not_granted: ({ settings: { okta, mode }, policy }) => {
    const writer = okta.actuator ?? okta.auth
    if (writer.kind !== 'private_key' || mode === 'observe') return null
    const setting = okta.actuator ? 'REENROLL_ACTUATOR_SCOPES' : 'OKTA_CLIENT_SCOPES'
    const missing = writeScopes(policy.decide).filter((scope) => !granted(writer, scope))
    return missing.length === 0
      ? null
      : warning(
          `${setting} lacks ${missing.join(' and ')}, so Okta will refuse writes that the policy allows.`,
          'Add the scope, or set REENROLL_MODE=observe until writes are wanted.'
        )
  },
  writes_not_permitted: (probes) => {
    const refused = writeRights(probes).filter(({ can }) => can === 'no')
    return refused.length === 0
      ? null
      : warning(
          `No admin role of the app that writes permits ${refused.map(({ call }) => call).join(' and ')}, so Okta will refuse them.`,
          (['permission', 'resources'] as const)
            .flatMap((kind) => {
              const lacking = refused.flatMap(({ permission, missing }) => (missing === kind ? (permission ?? []) : []))
              return lacking.length === 0 ? [] : [writeRight([...new Set(lacking)], kind)]
            })
            .join(' ')
        )
  },
  writes_not_proved: (probes) =>
    probes.okta.actuatorFailure === null &&
    writeRights(probes).some(({ can }) => can === 'unknown') &&
    canReadRoles(probes)
      ? info(
          'The admin roles of the app that writes cannot be read, so doctor cannot tell whether Okta permits its writes.',
          'Compare its roles with deploy/okta-setup.md, section 4.'
        )
      : null,
  history_too_long: ({ okta: { history }, policy }) =>
    history?.completeSince
      ? warning(
          `A typical active user has more than ${history.entries} log entries in ${showDuration(policy.evidence.historyMs)}; only those since ${history.completeSince} are read, so guards that look further back stop every repair.`,
          'Look at the System Log for what writes so much about one user, or lower evidence.history in the policy.'
        )
      : null,
  actuator_refused: ({ okta: { actuatorFailure } }) =>
    actuatorFailure === null
      ? null
      : error(
          `The app that writes cannot sign in, so every write will fail. ${actuatorFailure.because}`,
          'Check REENROLL_ACTUATOR_CLIENTID, _PRIVATEKEY and _KEYID against that app, and that each of REENROLL_ACTUATOR_SCOPES is granted to it.'
        ),
  reader_may_write: ({ settings: { okta } }) => {
    if (!okta.actuator || okta.auth.kind !== 'private_key') return null
    const tooMany = okta.auth.scopes.filter((scope) => scope === 'okta.users.manage' || scope === 'okta.devices.manage')
    return tooMany.length === 0
      ? null
      : warning(
          `The app that reads asks for ${tooMany.join(' and ')}, which only the actuator uses.`,
          'Take it out of OKTA_CLIENT_SCOPES, and off the grants of the reader.'
        )
  },
  api_token: ({ settings: { okta } }) =>
    okta.auth.kind === 'token'
      ? warning(
          'Signed in with an API token, which has every right of the admin who made it.',
          'Make an API Services app with a key of its own and set OKTA_CLIENT_CLIENTID and OKTA_CLIENT_PRIVATEKEY.'
        )
      : null,
  bucket_small: ({ okta: { buckets }, policy }) => {
    const small = buckets.filter(({ limit }) => (limit * policy.oktaQuotaPercent) / 100 < LEAST_CALLS)
    return small.length === 0
      ? null
      : warning(
          `Our ${policy.oktaQuotaPercent} % of ${small.map(({ call, limit }) => `${call} (${limit} a minute)`).join(', ')} is too little for a case.`,
          'Raise the app’s share under Applications > Application rate limits, or okta.quotaPercent in the policy.'
        )
  },
  bucket_busy: ({ okta: { buckets } }) => {
    const busy = buckets.filter(({ limit, remaining }) => limit >= LEAST_CALLS * 2 && remaining < limit * (1 - BUSY))
    return busy.length === 0
      ? null
      : info(
          `Others use most of ${busy.map(({ call, limit, remaining }) => `${call} (${remaining} of ${limit} left)`).join(', ')}.`,
          'See Reports > Rate Limits for who; cases wait while a bucket is empty.'
        )
  }
} as const satisfies Readonly<Record<string, Check>>

function allForbidden(reads: readonly ReadProbe[]): boolean {
  return reads.length > 0 && reads.every(({ failure }) => failure?.kind === 'forbidden')
}

/** Reads of sources that some orgs do not have, and that this one does not answer. */
function lackable(reads: readonly ReadProbe[]): readonly ReadProbe[] {
  return reads.filter(({ source, failure }) => source !== null && failure !== null && isNo(failure.kind))
}

function isNo(kind: string): boolean {
  return kind === 'forbidden' || kind === 'missing' || kind === 'rejected'
}

function unreadable({ okta: { reads } }: Probes, scope: keyof typeof READ_RIGHTS): CheckVerdict {
  const refused = reads.filter((read) => read.scope === scope && read.source === null && read.failure !== null)
  const [first] = refused
  if (!first?.failure || allForbidden(reads)) return null
  return error(
    `${refused.map(({ call }) => call).join(', ')} cannot be read. ${first.failure.because}`,
    first.failure.kind === 'forbidden' ? grantOf(refused) : 'Try again; if it stays, look at status.okta.com.'
  )
}

/** Where the reads of these scopes are granted, as sentences. */
function grantOf(reads: readonly ReadProbe[]): string {
  const grants = [...new Set(reads.map(({ scope }) => scope))].map((scope) => {
    const right = scope in READ_RIGHTS ? `, and ${READ_RIGHTS[scope as keyof typeof READ_RIGHTS]}` : ''
    return `Grant the scope ${scope} to the app${right}.`
  })
  return `${grants.join(' ')} See deploy/okta-setup.md, section 4.`
}

function granted(auth: Probes['settings']['okta']['auth'], scope: string): boolean {
  return auth.kind === 'token' || auth.scopes.includes(scope)
}

/** Scopes of the writes that some row may make (facts §3.2). */
function writeScopes(policy: Modes): readonly string[] {
  const scopes = writesOf(policy).map((id) => REMEDIATIONS[id].permission.split('.').slice(0, 2).join('.'))
  return [...new Set(scopes)].map((kind) => `${kind}.manage`)
}

type Modes = Pick<Probes['policy']['decide'], 'ruleModes' | 'groupModes'>

/** The writes that some row may make, for anybody. */
function writesOf({ ruleModes, groupModes = {} }: Modes): readonly RemediationId[] {
  const writing = RULES.flatMap(({ id, mode, outcome }) => {
    const modes = [ruleModes[id] ?? mode, ...Object.values(groupModes[id] ?? {})]
    return outcome.do === 'remediate' && modes.some((each) => each !== 'observe') ? [outcome.with] : []
  })
  return [...new Set(writing)]
}

/** A call that the policy may make, and whether the app could. */
export interface Right {
  readonly call: string
  readonly can: 'yes' | 'no' | 'unknown'
  readonly permission?: string
  readonly missing?: ReturnType<typeof missingRight>
}

/** Each write that the policy may make, by the roles of the app that writes. */
function writeRights({ settings: { okta, mode }, policy, okta: { writerRoles } }: Probes): readonly Right[] {
  const writer = okta.actuator ?? okta.auth
  if (writer.kind !== 'private_key' || mode === 'observe') return []
  return writesOf(policy.decide).map((id) => {
    const { permission } = REMEDIATIONS[id]
    if (writerRoles === null) return { call: id, can: 'unknown', permission }
    const missing = missingRight(writerRoles, permission)
    return { call: id, can: missing === null ? 'yes' : 'no', permission, missing }
  })
}

/** Each read that the service needs, and each write that the policy may make. */
export function rightsOf(probes: Probes): readonly Right[] {
  const reads = probes.okta.reads.map(({ call, failure }): Right => {
    return { call, can: failure === null ? 'yes' : isNo(failure.kind) ? 'no' : 'unknown' }
  })
  return [...reads, ...writeRights(probes)]
}

/** When they cannot be read, that is a finding of its own. */
function canReadRoles({ okta: { reads } }: Probes): boolean {
  return reads.some(({ scope, failure }) => scope === 'okta.roles.read' && failure === null)
}
