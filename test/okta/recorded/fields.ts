/**
 * Every field of Okta that evidence, rules, guards and preconditions rely on, and how sure it is. A test holds the rows
 * against what the translations read. Data.
 */
import { GUESSED_FIELDS } from '../../../src/okta/guessed-fields.ts'

/**
 * `recording`: answers of live orgs in the fixtures of Okta's Terraform provider. `capture`: public captures of events.
 * `description`: Okta's API description. `documentation`: Okta's guides and event catalogue. `guess`: none of these.
 */
type FieldSource = 'recording' | 'capture' | 'description' | 'documentation'
type FieldRow = readonly [path: string, source: FieldSource | 'guess', readFor: string]

/** By the object that the path starts from. */
const SOURCED_FIELDS = {
  user: [
    ['id', 'recording', 'whose evidence it is'],
    ['status', 'recording', 'causes and preconditions by status'],
    ['transitioningToStatus', 'description', 'no write while Okta changes the status'],
    ['profile.login', 'recording', 'who it is; protected users'],
    ['profile.email', 'recording', 'where an activation mail goes'],
    ['profile.preferredLanguage', 'description', 'the language of messages to the user'],
    ['profile.locale', 'description', 'the same, when no language is preferred'],
    ['profile.firstName', 'recording', 'the name in tickets'],
    ['profile.lastName', 'recording', 'the name in tickets'],
    ['profile.displayName', 'description', 'the name in tickets when the others are empty'],
    ['credentials.provider.type', 'recording', 'unlock and activation mail only for accounts of Okta itself'],
    ['profile.managerId', 'description', 'whom a question about the caller goes to'],
    ['created', 'recording', 'young accounts'],
    ['activated', 'recording', 'shown; Okta sets it when an activation starts'],
    ['statusChanged', 'recording', 'whether a write landed'],
    ['lastLogin', 'recording', 'an account that was never used'],
    ['passwordChanged', 'recording', 'an account that was never used'],
    ['_embedded.blocks[].type', 'description', 'what kind of block it is'],
    ['_embedded.blocks[].appliesTo', 'description', 'sign_in_blocked, unlock_user']
  ],
  role: [
    ['type', 'recording', 'G1: any entry is an administrator'],
    ['label', 'recording', 'the name in tickets'],
    ['assignmentType', 'recording', 'whether the role comes from a group']
  ],
  assignees: [
    ['value[].id', 'recording', 'G1 for many users at once'],
    ['_links.next.href', 'documentation', 'the next page of administrators']
  ],
  risk: [
    ['riskLevel', 'recording', 'G2: the user’s risk'],
    ['reason', 'recording', 'shown']
  ],
  group: [
    ['id', 'recording', 'protected groups'],
    ['profile.name', 'recording', 'protected groups']
  ],
  'user device': [
    ['device.id', 'description', 'which device an event means'],
    ['device.status', 'recording', 'suspended and deactivated devices'],
    ['device.profile.displayName', 'recording', 'the name in tickets'],
    ['device.profile.platform', 'recording', 'a phone replaced by one of its kind'],
    ['device.profile.model', 'recording', 'a phone replaced by one of its kind; iPhone 15'],
    ['device.profile.osVersion', 'recording', 'iOS 17; an Android writes its patch level behind it'],
    ['device.profile.serialNumber', 'description', 'which device an event means'],
    ['device.profile.managed', 'description', 'shown'],
    ['device.profile.integrityJailbreak', 'description', 'modified systems'],
    ['device.created', 'recording', 'newer and older devices'],
    ['device.lastUpdated', 'recording', 'when a device was last used']
  ],
  'device user': [['user.id', 'description', 'devices with more than one user']],
  'listed device': [
    ['id', 'description', 'devices with more than one user, many at once'],
    ['_embedded.users[].user.id', 'description', 'devices with more than one user, many at once']
  ],
  factor: [
    ['id', 'recording', 'which factor is removed'],
    ['factorType', 'recording', 'whether it is Okta Verify; other strong factors'],
    ['provider', 'recording', 'whether it is Okta Verify'],
    ['status', 'recording', 'orphaned enrollments'],
    ['created', 'recording', 'an enrollment younger than the failure'],
    ['lastUpdated', 'recording', 'when it was last changed'],
    ['profile.name', 'description', 'which device it is on'],
    ['profile.platform', 'description', 'which device it is on'],
    ['profile.deviceType', 'description', 'the platform when it is not named']
  ],
  enrollment: [
    ['id', 'description', 'whether a removal landed'],
    ['key', 'description', 'whether it is Okta Verify'],
    ['status', 'description', 'orphaned enrollments'],
    ['name', 'description', 'shown'],
    ['created', 'description', 'an enrollment younger than the failure'],
    ['lastUpdated', 'description', 'when it was last changed']
  ],
  event: [
    ['uuid', 'capture', 'each event counts once'],
    ['published', 'capture', 'the order of events'],
    ['eventType', 'capture', 'failures, recoveries, signals'],
    ['displayMessage', 'capture', 'an invalid token in words'],
    ['outcome.result', 'capture', 'whether it failed'],
    ['outcome.reason', 'capture', 'Okta Verify by its factor names; phishing'],
    ['actor.id', 'capture', 'who acted; who suspended'],
    ['actor.type', 'capture', 'people, apps and Okta itself'],
    ['actor.alternateId', 'capture', 'who acted, by login'],
    ['actor.displayName', 'capture', 'what the event calls the person'],
    ['client.id', 'description', 'events that Reenroll caused itself'],
    ['client.ipAddress', 'capture', 'G5: where the attempt came from'],
    ['client.ipChain[].ip', 'capture', 'the address when the other is missing'],
    ['client.ipChain[].geographicalContext.country', 'capture', 'the country when the other is missing'],
    ['request.ipChain[].ip', 'capture', 'the same in the System Log'],
    ['request.ipChain[].geographicalContext.country', 'capture', 'the same in the System Log'],
    ['client.geographicalContext.country', 'capture', 'G5: usual countries'],
    ['client.userAgent.rawUserAgent', 'capture', 'platform, system and model of the phone'],
    ['target[].id', 'capture', 'whom and what it is about'],
    ['target[].type', 'capture', 'people, authenticators, devices'],
    ['target[].alternateId', 'capture', 'whom it is about, by login'],
    ['target[].displayName', 'capture', 'whether Okta Verify is named'],
    ['target[].detailEntry.oktaDeviceId', 'capture', 'which device'],
    ['target[].detailEntry.deviceStatus', 'capture', 'a device that is only registered proves no enrollment'],
    ['target[].detailEntry.osPlatform', 'capture', 'the platform of the device'],
    ['target[].detailEntry.osVersion', 'capture', 'its system'],
    ['target[].detailEntry.managed', 'capture', 'whether it is managed'],
    ['target[].detailEntry.serialNumber', 'documentation', 'which device'],
    ['transaction.id', 'capture', 'events of one request'],
    ['transaction.type', 'capture', 'jobs and people who suspend'],
    ['device.id', 'capture', 'which device'],
    ['device.name', 'capture', 'the name, or Apple’s model'],
    ['device.os_platform', 'capture', 'the platform'],
    ['device.osPlatform', 'capture', 'the platform, in the other spelling'],
    ['device.platform', 'capture', 'the platform, in the other spelling'],
    ['device.os_version', 'capture', 'its system'],
    ['device.osVersion', 'capture', 'its system, in the other spelling'],
    ['device.managed', 'capture', 'whether it is managed'],
    ['device.jailbreak', 'documentation', 'modified systems'],
    ['securityContext.asNumber', 'capture', 'G5: the network'],
    ['securityContext.ipDetails.asNumber', 'description', 'the network when the other is missing'],
    ['securityContext.ipDetails.ipServiceCategories[].isAnonymous', 'description', 'G4: anonymisers'],
    ['securityContext.ipDetails.ipServiceCategories[].type', 'description', 'G4: Tor and proxies'],
    ['securityContext.isProxy', 'capture', 'G4: proxies'],
    ['securityContext.risk.level', 'description', 'G2: risk of the request'],
    ['securityContext.userBehaviors[].name', 'description', 'a new address alone is ordinary'],
    ['securityContext.userBehaviors[].result', 'description', 'G5: unusual behaviour'],
    ['debugContext.debugData.anonymizerStatus', 'documentation', 'G4: anonymisers'],
    ['debugContext.debugData.associatedProxies', 'documentation', 'G4: proxies'],
    ['debugContext.debugData.proxyType', 'documentation', 'G4: proxies'],
    ['debugContext.debugData.threatDetections', 'documentation', 'G4: threats'],
    ['debugContext.debugData.threatSuspected', 'capture', 'G4: threats'],
    ['debugContext.debugData.tunnels', 'documentation', 'G4: tunnels'],
    ['debugContext.debugData.behaviors', 'capture', 'G5: unusual behaviour'],
    ['debugContext.debugData.risk', 'capture', 'G2: risk of the request'],
    ['debugContext.debugData.factor', 'capture', 'whether it is Okta Verify'],
    ['debugContext.debugData.factorIntent', 'capture', 'a failed step-up before enrolling'],
    ['debugContext.debugData.requestUri', 'capture', 'the app’s enrollment requests'],
    ['debugContext.debugData.changedAttributes', 'documentation', 'changes of the e-mail address']
  ]
} as const satisfies Readonly<Record<string, readonly FieldRow[]>>

export type FieldObject = keyof typeof SOURCED_FIELDS

/** With the guesses. */
export const OKTA_FIELDS: readonly { readonly of: FieldObject; readonly rows: readonly FieldRow[] }[] = (
  Object.keys(SOURCED_FIELDS) as FieldObject[]
).map((of) => ({
  of,
  rows: [
    ...SOURCED_FIELDS[of],
    ...GUESSED_FIELDS.filter(({ field }) => field.startsWith(`${of}: `)).map(
      ({ field, readFor }): FieldRow => [field.slice(of.length + 2), 'guess', readFor]
    )
  ]
}))
