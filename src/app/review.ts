/** What the review pages get of the service's parts. */
import { hkdfSync, randomBytes } from 'node:crypto'
import { STORM_KEY } from '../case/machine/storm.ts'
import type { Settings } from '../config/settings/settings.ts'
import { CAUSE_ADVICE } from '../decide/advice.ts'
import type { Store } from '../domain/store.ts'
import { REMEDIATIONS } from '../remediate/index.ts'
import type { ReviewDeps } from '../review/review-deps.ts'
import type { SignInSettings } from '../review/session/sessions.ts'
import { deviceLogLink, transactionLink, userLink, userSettingsLink } from '../ticket/draft/admin-links.ts'
import { guidanceFor, messageGuidance } from '../ticket/draft/guidance.ts'
import { severityOf } from '../ticket/draft/severity.ts'
import { type ClockPolicy, personDueAt } from '../ticket/draft/target-times.ts'

type Parts = Pick<
  ReviewDeps,
  | 'commands'
  | 'reports'
  | 'signIn'
  | 'sessions'
  | 'access'
  | 'killSwitch'
  | 'switches'
  | 'policy'
  | 'publicUrl'
  | 'clock'
> & {
  readonly store: Store
  readonly settings: Settings
  readonly targetTimes: () => ClockPolicy
}

export function reviewDeps({ settings, store, targetTimes, ...parts }: Parts): ReviewDeps {
  const { orgUrl } = settings.okta
  return {
    ...parts,
    store,
    texts: settings.review?.texts ?? null,
    storm: () => store.latestCase(STORM_KEY),
    words: {
      cause: (id) => CAUSE_ADVICE[id],
      guidance: guidanceFor,
      messageGuidance: (c) => messageGuidance(c, 'en'),
      severity: severityOf,
      dueAt: (c) => personDueAt(c, targetTimes()),
      userLink: (userId) => userLink(orgUrl, userId),
      deviceLink: (deviceId) => deviceLogLink(orgUrl, deviceId),
      userSettingsLink: () => userSettingsLink(orgUrl),
      transactionLink: (transactionId) => transactionLink(orgUrl, transactionId),
      remediations: REMEDIATIONS
    }
  }
}

/** How people sign in. */
export function signInOf({ ops, review }: Settings): SignInSettings {
  const https = review?.publicUrl?.startsWith('https:') ?? false
  return { token: ops.token, oidc: review?.oidc ?? null, https, sessionKey: keyOf(review?.sessionKey ?? null) }
}

/** 32 bytes: from the setting, the same in every replica; without one, new with every start. */
function keyOf(setting: string | null): Buffer {
  if (setting === null) return randomBytes(32)
  return Buffer.from(hkdfSync('sha256', setting, 'reenroll', 'session cookies of the review pages', 32))
}
