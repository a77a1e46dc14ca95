/**
 * The shape of the policy file. Each key's description becomes its comment in `deploy/policy.example.yaml`, so this is the
 * manual too. Every key may be left out; what is left out keeps the value of `DEFAULT_POLICY`.
 */
import { type Static, type TSchema, Type } from 'typebox'
import { GUIDABLE, type Rule } from '../../decide/rules.ts'
import { WEEKDAYS } from '../../domain/time.ts'
import { CHALLENGE_KINDS, STRENGTHS } from '../../domain/verification.ts'
import {
  CHANNELS,
  CONFIDENCES,
  LANGUAGES,
  MODES,
  type Mode,
  OPERATOR_ROLES,
  REMEDIATION_IDS
} from '../../domain/vocabulary.ts'
import { arrayOf, choice, duration, eventType, eventTypes, nonEmptyText, regex, section, wholeNumber } from './terms.ts'
import { clockTime, hoursSection, safeAddress, targetName, ticketsSection, timeZone } from './tickets-schema.ts'

/** Sources some orgs do not have; all others exist in every org, so calling them absent would only switch guards off. */
export const SOURCES_AN_ORG_MAY_LACK = ['risk', 'enrollments', 'devices', 'device_users'] as const

const classifier = section(
  'Which events are a failed Okta Verify enrollment. Measure your own org before you change it.',
  {
    failureTypes: arrayOf(
      eventType,
      'Event types whose failure may be a failed enrollment, and whose success proves a recovery.',
      { minItems: 1 }
    ),
    alwaysOktaVerifyTypes: arrayOf(eventType, 'Of those, the types that always concern Okta Verify.'),
    signalTypes: arrayOf(eventTypes, 'Other types kept as evidence; a trailing * stands for the rest.'),
    successResults: arrayOf(nonEmptyText, 'Results that do not mean failure.'),
    oktaVerifyNames: arrayOf(
      regex,
      'A target or reason that matches names Okta Verify. Regular expressions, case does not matter.'
    ),
    oktaVerifyFactors: arrayOf(regex, 'A factor type that matches is a method of Okta Verify.'),
    invalidTokenTexts: arrayOf(regex, 'A reason that matches is the invalidToken failure.'),
    policyRefusalTexts: arrayOf(regex, 'A reason that matches is a refusal by a policy.'),
    enrollmentUriPrefixes: arrayOf(nonEmptyText, 'Request paths that belong to an enrollment.'),
    previewAfter: duration(
      'Sent this long after it happened, a delivery is taken for a preview from the Admin Console.'
    )
  }
)

const guards = section('Bounds of the guards. Tighten them freely; before loosening one, read what it protects from.', {
  privilegeGrant: duration('G1: a grant of admin rights counts for this long.'),
  riskSignal: duration('G2: a risk signal counts for this long.'),
  suspiciousReport: duration('G3: a report of suspicious activity counts for this long.'),
  passwordChanged: duration('G6: a changed password counts for this long.'),
  credentialChange: duration('G6: a change of factors or devices counts for this long.'),
  threatSignal: duration('G4, G7: signs of an attack count for this long.'),
  failedMfaCount: wholeNumber(1, 1000, 'G7: this many failed or abandoned MFA attempts are an attack.'),
  deprovisioned: duration('G10: a deactivation counts for this long.'),
  stormUsers: wholeNumber(
    1,
    100_000,
    'G8: this many users failing within stormWindow are a storm; nothing is written then.'
  ),
  stormWindow: duration('G8: the window in which users are counted.'),
  stormSameNetworkUsers: wholeNumber(1, 100_000, 'G8: the same, for users behind one address or network.'),
  staleAfter: duration('G13: older failures never cause an automatic write.'),
  userWritesPerDay: wholeNumber(0, 100, 'G14: writes per user in 24 hours.'),
  writesPerHour: wholeNumber(0, 100_000, 'G14: writes for all users in an hour.'),
  remediationWritesPerHour: wholeNumber(0, 100_000, 'The same for one remediation.'),
  sharePercent: wholeNumber(0, 100, 'Writes in 24 hours, in percent of the users who failed in that time.'),
  shareFloor: wholeNumber(0, 100_000, 'As many writes in 24 hours are allowed whatever the percentage says.'),
  trustedActorIds: arrayOf(
    nonEmptyText,
    'G9: ids of actors whose suspensions are routine and may be lifted automatically.'
  ),
  neverRoutineGroups: arrayOf(
    nonEmptyText,
    'G9: ids or names of groups whose members are suspended on purpose even by trusted actors, such as people on leave.'
  ),
  protectedGroups: arrayOf(nonEmptyText, 'G12: ids or names of groups whose members are never written to.'),
  protectedUsers: arrayOf(nonEmptyText, 'G12: ids or logins of users never written to.'),
  requireManagedDevices: Type.Boolean({
    description: 'G11: write only when the device is managed.',
    says: 'true or false'
  })
})

const causes = section('Bounds of the causes.', {
  oldDevice: duration('An enrolled device not seen for this long is an old one.'),
  newDevice: duration('A device first seen within this time may be its replacement.'),
  orphanAge: duration('An enrollment must be at least this old to count as orphaned.'),
  activationMaxAge: duration('Accounts made longer ago are never sent another activation mail automatically.'),
  suspendedMaxAge: duration('Suspensions older than this are never lifted automatically.')
})

/** What a policy file must know about the rules it names. */
export type KnownRule = Pick<Rule, 'id' | 'mode' | 'highest' | 'outcome' | 'because'>

/** One key per rule that can write. The rows that only make tickets have no mode to set. */
function perRule<Value extends TSchema>(
  rules: readonly KnownRule[],
  description: string,
  modeOf: (modes: readonly Mode[], because: string) => Value
) {
  const keys = rules.map((rule) => {
    const upTo = rule.highest ? MODES.indexOf(rule.highest) + 1 : MODES.length
    const writes = rule.outcome.do === 'remediate'
    return [
      rule.id,
      writes ? modeOf(MODES.slice(0, upTo), rule.because) : Type.Never({ says: 'left out: it never writes' })
    ]
  })
  return section(description, Object.fromEntries(keys) as Record<string, Value>)
}

function modesOfGroups(modes: readonly Mode[]) {
  return Type.Record(Type.String(), choice(modes), { says: 'modes by group, such as { Pilot: auto }' })
}

const severityTimes = {
  security: duration('Signs of an attack, and alerts after a repair.', { atLeast: '1m' }),
  high: duration('Admins, protected people and storms.', { atLeast: '1m' }),
  normal: duration('All others.', { atLeast: '1m' })
}

const guide = section(
  'Steps that go to the user first. A ticket follows when they fail again, say that it was not them, or do not enroll in time.',
  {
    channels: arrayOf(
      choice(CHANNELS),
      `How users are reached, the first that works: any of ${CHANNELS.join(', ')}. None: nobody is guided. mail needs REENROLL_SMTP_URL, slack needs REENROLL_SLACK_TOKEN.`
    ),
    causes: arrayOf(
      choice([...new Set(GUIDABLE)]),
      'Causes whose steps go to the user first, where guards and mode (auto) allow it.'
    ),
    escalateAfter: duration('A ticket follows when the user has not enrolled this long after the message.', {
      atLeast: '10m',
      atMost: '72h'
    }),
    quiet: hoursSection('No message is sent within these hours: days, from, to, zone, such as 20:00 to 07:00.'),
    language: choice(LANGUAGES, 'For users whose language Okta does not know, or that has no texts.'),
    contact: Type.String({
      maxLength: 200,
      says: 'a text of at most 200 characters',
      description: 'How users reach a person, as it should read in messages: a number, a room, an address.'
    }),
    slackUrl: safeAddress('Address of Slack’s API; GovSlack has another.')
  }
)

/** The schema of the whole file. */
export function policySchema(rules: readonly KnownRule[]) {
  return section('', {
    classifier,
    guards,
    causes,
    rules: perRule(
      rules,
      'How far each rule that writes may go: observe, propose or auto. REENROLL_MODE is the ceiling over all of them.',
      choice
    ),
    groupModes: perRule(
      rules,
      'The same for members of groups, by id or name, such as `enrollment_orphaned: { Pilot: auto }`; other people have the mode under `rules`. Of several groups the strictest counts, and of all groups when it is not known who is a member. A group that was deleted, or renamed while its name stands here, has no members: write ids, and let `doctor` look.',
      modesOfGroups
    ),
    absentSources: arrayOf(
      choice(SOURCES_AN_ORG_MAY_LACK),
      `Sources this org does not have. Possible: ${SOURCES_AN_ORG_MAY_LACK.join(', ')}; risk needs Identity Threat Protection.`
    ),
    evidence: section('How evidence is read.', {
      history: duration('How far back the System Log is read; Okta keeps 90 days.', { atMost: '90d' }),
      maxAge: duration(
        'Evidence older than this is read again before a write; roles, risk and the precondition after 5s.'
      )
    }),
    log: section('Following the System Log, so that a failure the hook never brought is handled too.', {
      poll: duration('How often it is read while nothing happens.', { atLeast: '5s', atMost: '1h' }),
      hookGracePeriod: duration('How long the hook has to bring an event before the log does.', { atMost: '10m' }),
      overlap: duration(
        'Read again after a restart, or when Okta rejects the stored position; known events change nothing.',
        {
          atMost: '24h'
        }
      ),
      firstRead: duration('How far back the very first read starts; Okta keeps 90 days.', { atMost: '90d' })
    }),
    ruleWatch: section('When a rule that writes automatically is lowered to propose; a person may raise it again.', {
      leastWrites: wholeNumber(1, 10_000, 'Fewer writes with a known effect since the raise say nothing.'),
      ineffectivePercent: wholeNumber(0, 100, 'It is lowered when more of its writes than this did not help.'),
      alerts: wholeNumber(
        1,
        1_000,
        'It is lowered after so many security alerts within a day after its writes, and cases found to be attacks.'
      )
    }),
    summary: section('A summary of the last week, on Monday, by mail and in chats.', {
      to: Type.String({
        pattern: '^([^\\s@<>(),;:"]+@[^\\s@<>(),;:"]+)?$',
        says: 'one mail address',
        description:
          'Who gets it by mail; nobody while this is empty. Needs REENROLL_SMTP_URL. The first one comes at once.'
      }),
      chats: arrayOf(
        targetName,
        'Where it is posted too: names of `tickets.targets` in Slack or Teams. A target for this alone needs no route.'
      ),
      hour: wholeNumber(0, 23, 'The hour of Monday, UTC.'),
      deskMinutes: wholeNumber(0, 480, 'Assumed time of the service desk for one user.'),
      waitMinutes: wholeNumber(0, 10_000, 'Assumed time that a user waits for the service desk.')
    }),
    canary: section('A synthetic delivery through the public address of the hook (REENROLL_PUBLIC_HOOK_URL).', {
      every: duration('How often one is sent; an alert fires when none arrived for twice as long.', {
        atLeast: '10s',
        atMost: '1d'
      })
    }),
    targets: section(
      'How long a case that needs a person may wait for a first look, from its opening, by severity; the pages show what is left. A guess: set your own.',
      {
        ...severityTimes,
        proposal: section('The same for the answer to a proposal.', severityTimes),
        resolution: section('The same for the end of the case.', severityTimes),
        remindPercent: wholeNumber(1, 100, 'People are reminded in the ticket after this part of a time.'),
        escalatePercent: wholeNumber(1, 100, 'The case goes to `tickets.escalateTo` too after this part of a time.'),
        hours: section(
          'Working hours: times of severity high and normal count only within them. Security never waits.',
          {
            days: arrayOf(choice(WEEKDAYS), 'Working days.', { minItems: 1 }),
            from: clockTime,
            to: clockTime,
            zone: timeZone,
            holidays: arrayOf(
              Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', says: 'a date such as 2026-12-25, in quotes' }),
              'Dates on which nobody works, such as "2026-12-25".'
            )
          }
        )
      }
    ),
    okta: section('Calls to Okta.', {
      quotaPercent: wholeNumber(
        1,
        100,
        'Our part of each rate limit, in percent; the rest of the org needs the other part.'
      ),
      maxWait: duration(
        'How long a case waits for a used-up rate limit, or for Okta to be back, before it goes to a person.',
        { atLeast: '1m', atMost: '24h' }
      )
    }),
    writes: section('What every write must keep to.', {
      minConfidenceForAuto: choice(
        CONFIDENCES,
        'Least confidence that an event is a failed enrollment for an automatic write: low, medium or high.'
      ),
      attemptsPerCase: wholeNumber(1, 2, 'Writes in one case; afterwards it goes to a person.')
    }),
    verification: section('Verifying the caller on a factor that the user still has. Off while kinds is empty.', {
      kinds: arrayOf(
        choice(CHALLENGE_KINDS),
        `What on-call may send. Possible: ${CHALLENGE_KINDS.join(', ')}. Each needs the scope okta.users.manage; manager needs REENROLL_SMTP_URL too.`
      ),
      neededFor: arrayOf(
        choice(REMEDIATION_IDS),
        `Repairs that are approved only after the caller was verified, and never automatic. Possible: ${REMEDIATION_IDS.join(', ')}.`
      ),
      least: choice(
        STRENGTHS,
        'Least strength that counts. strong: a push with a number, or an identity check of Okta; medium: a code by SMS or mail; weak: the manager, and any factor that was changed within 7 days.'
      ),
      countsFor: duration('How long a result counts.', { atLeast: '1m', atMost: '4h' }),
      perHour: wholeNumber(
        1,
        1_000,
        'Challenges of all users in an hour, beside three of each user: a stolen session of an operator disturbs few.'
      ),
      perOperator: wholeNumber(
        1,
        1_000,
        'Challenges that one operator starts in an hour: a stolen session stops nobody else from verifying callers. The ops token is one operator.'
      ),
      startedBy: choice(
        OPERATOR_ROLES,
        'Least role that may verify callers. A challenge reaches a person, which nobody expects of a role that reads; choose viewer where the viewers are the help desk. They only see the number of their own challenges, cannot use an API token for it, and never are the second operator.'
      )
    }),
    retries: section('What happens when a step fails.', {
      maxTries: wholeNumber(1, 20, 'Failed tries of one step before the case goes to a person.'),
      firstWait: duration('Wait before the second try; it doubles from then on.', { atLeast: '10ms' }),
      maxWait: duration('Longest wait between tries.', { atLeast: '10ms' })
    }),
    storm: section('Many users failing together; see G8 for when it begins.', {
      cooldown: duration(
        'The storm is over when its bounds were not exceeded for this long; then its cases are decided again.',
        {
          atLeast: '1m'
        }
      ),
      checkEvery: duration("How often the storm's own case looks at its children.", { atLeast: '1s' }),
      fullReadLimit: wholeNumber(
        0,
        10_000,
        'Storms of at most so many users are read whole, which a minute of the default share of Okta limits allows; of larger ones only what decisions need.'
      )
    }),
    watch: section('After a write.', {
      duration: duration('How long a case waits for the user to enroll.', { atLeast: '1m' }),
      takeoverWindow: duration(
        'How long a user is watched for a takeover after a factor was removed or a suspension lifted.',
        {
          atLeast: '1m'
        }
      )
    }),
    retention: section('How long records are kept. The ledger is kept for ever.', {
      deliveries: duration('Raw bodies of processed deliveries, and dead letters.', { atLeast: '1d' }),
      dedupeKeys: duration('Ids of events: one that comes again later counts as new.', { atLeast: '7d' }),
      closedCases: duration('Cases that are resolved or closed, from their last change.', { atLeast: '1d' })
    }),
    guide,
    tickets: ticketsSection,
    proposals: section('Writes that wait for a person.', {
      expireAfter: duration('How long a proposal waits for an answer.', { atLeast: '1m' })
    })
  })
}

/** The file as it reads, before defaults. */
export type PolicyFile = Static<ReturnType<typeof policySchema>>
