/** Fills a System Log entry up to the shape Okta gives it (facts §1.2), in the form that hooks deliver. */
import type { Instant } from '../../domain/vocabulary.ts'
import type { Ids } from './ids.ts'
import type { Caller, SandboxDevice, SandboxLogEvent, SandboxUser } from './model.ts'

/** What a caller says of an event. */
export type EventSeed = Partial<SandboxLogEvent> & { eventType: string }

/** Okta's own words for the event types the sandbox emits, shortened from its catalogue (event-types.csv). */
const DISPLAY_MESSAGES: Readonly<Record<string, string>> = {
  'user.mfa.factor.activate': 'Activate factor or authenticator enrollment method for user',
  'user.mfa.factor.deactivate': 'Reset factor or authenticator enrollment method for user',
  'user.mfa.factor.reset_all': 'Reset all factors or authenticator enrollments for user',
  'user.mfa.factor.update': 'Update factor for user',
  'user.lifecycle.activate': 'Activate Okta user',
  'user.lifecycle.reactivate': 'Reactivate Okta user',
  'user.lifecycle.suspend': 'Suspend Okta user',
  'user.lifecycle.unsuspend': 'Unsuspend Okta user',
  'user.lifecycle.deactivate': 'Deactivate Okta user',
  'user.account.lock': 'Auto-lock user account for Okta',
  'user.account.unlock_by_admin': 'User account unlock by admin',
  'device.enrollment.create': 'Enroll new device',
  'device.user.add': 'Add device to user',
  'device.lifecycle.activate': 'Activate device',
  'device.lifecycle.deactivate': 'Deactivate device',
  'device.lifecycle.delete': 'Delete device',
  'device.lifecycle.suspend': 'Suspend device',
  'device.lifecycle.unsuspend': 'Unsuspend device',
  'event_hook.created': 'Event hook created',
  'event_hook.updated': 'Event hook updated',
  'event_hook.activated': 'Event hook activated',
  'event_hook.deactivated': 'Event hook deactivated',
  'event_hook.deleted': 'Event hook deleted',
  'event_hook.verified': 'Event hook verified',
  'event_hook.delivery': 'Event hook delivery failed',
  'system.org.rate_limit.violation': 'Rate limit violation',
  'core.concurrency.org.limit.violation': 'Too many requests in flight'
}

const GOOD_RESULTS = new Set(['SUCCESS', 'ALLOW', 'SKIPPED', 'DEFERRED', 'SCHEDULED'])

/** Okta itself, as the actor of events nobody else caused (facts §6.1). */
export const SYSTEM_CALLER: Caller = {
  id: 'spr0sandboxsystem0d7',
  type: 'SystemPrincipal',
  alternateId: 'system@okta.com',
  displayName: 'Okta System',
  clientId: null,
  ipAddress: null,
  userAgent: null
}

/** The whole entry; everything the seed says wins over the defaults. */
export function completeEvent(ids: Ids, now: Instant, seed: EventSeed): SandboxLogEvent {
  const requestId = ids.token(27)
  const outcome = seed.outcome ?? { result: 'SUCCESS', reason: null }
  return {
    uuid: ids.uuid(),
    published: now,
    version: '0',
    severity: GOOD_RESULTS.has(resultOf(outcome)) ? 'INFO' : 'WARN',
    displayMessage: DISPLAY_MESSAGES[seed.eventType] ?? seed.eventType,
    legacyEventType: null,
    device: null,
    ...actedBy(SYSTEM_CALLER),
    target: null,
    transaction: { type: 'WEB', id: requestId, detail: {} },
    debugContext: { debugData: { requestId } },
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      authenticationStep: 0,
      externalSessionId: 'unknown',
      interface: null
    },
    securityContext: { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null },
    insertionTimestamp: null,
    ...seed,
    outcome
  }
}

function resultOf(outcome: unknown): string {
  return outcome !== null && typeof outcome === 'object' && 'result' in outcome ? String(outcome.result) : ''
}

/** `actor` and `client` of what a caller did. */
export function actedBy(caller: Caller): Pick<SandboxLogEvent, 'actor' | 'client'> {
  return {
    actor: {
      id: caller.id,
      type: caller.type,
      alternateId: caller.alternateId,
      displayName: caller.displayName,
      detailEntry: null
    },
    client: {
      userAgent: caller.userAgent ? { rawUserAgent: caller.userAgent, os: 'Unknown', browser: 'UNKNOWN' } : null,
      zone: 'null',
      device: 'Unknown',
      id: caller.clientId,
      ipAddress: caller.ipAddress,
      geographicalContext: null,
      ipChain: caller.ipAddress
        ? [{ ip: caller.ipAddress, geographicalContext: null, version: 'V4', source: null }]
        : []
    }
  }
}

/** A user as an event's target. */
export function userTarget(user: SandboxUser) {
  return {
    id: user.id,
    type: 'User',
    alternateId: user.profile.login,
    displayName: `${user.profile.firstName} ${user.profile.lastName}`,
    detailEntry: null
  }
}

/** A device as an event's target. The type string is our reading of `resourceType` (facts §2.2). */
export function deviceTarget(device: SandboxDevice) {
  const { displayName, platform, osVersion, managed, serialNumber } = device.profile
  return {
    id: device.id,
    type: 'UDDevice',
    alternateId: 'unknown',
    displayName,
    detailEntry: {
      oktaDeviceId: device.id,
      osPlatform: platform,
      osVersion: osVersion ?? null,
      managed: managed ?? null,
      serialNumber: serialNumber ?? null,
      deviceStatus: device.status
    }
  }
}
