/** A small org with one of everything the API can show, for the tests of the API. */
import type { Org } from '../../src/sandbox/org/org.ts'

/** Fills the org. */
export function fillOrg(org: Org) {
  const user = org.addUser({
    profile: { login: 'riley.restored@example.com', firstName: 'Riley', lastName: 'Restored' },
    blocks: [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }],
    roles: [
      {
        id: 'ra1sandboxsample000d',
        type: 'HELP_DESK_ADMIN',
        label: 'Help Desk Administrator',
        assignmentType: 'GROUP',
        status: 'ACTIVE'
      }
    ],
    risk: { riskLevel: 'HIGH', reason: 'override.by.admin' }
  })
  const device = org.addDevice({ profile: { displayName: 'Riley iPhone' } })
  org.linkDevice(user.id, device.id)
  const push = org.addFactor(user.id, { deviceId: device.id })
  org.addFactor(user.id, { factorType: 'signed_nonce', deviceId: device.id })
  org.addFactor(user.id, { factorType: 'token:software:totp', deviceId: device.id })
  org.addFactor(user.id, { factorType: 'webauthn' })
  org.addDevice({ profile: { platform: 'WINDOWS', displayName: 'Laptop' } })
  const pending = org.addUser({ status: 'PROVISIONED' })
  org.addFactor(pending.id, {
    factorType: 'token:software:totp',
    status: 'PENDING_ACTIVATION',
    sharedSecret: 'LIVESECRET'
  })
  return {
    user,
    device,
    push,
    pending,
    locked: org.addUser({ status: 'LOCKED_OUT' }),
    staged: org.addUser({ status: 'STAGED' }),
    suspended: org.addUser({ status: 'SUSPENDED' })
  }
}

/** What `POST /api/v1/eventHooks` takes (facts §1.7). */
export function hookBody(uri: string) {
  return {
    name: 'okta-verify-enrollment-failures',
    events: {
      type: 'EVENT_TYPE',
      items: ['user.mfa.factor.activate'],
      filter: {
        type: 'EXPRESSION_LANGUAGE',
        eventFilterMap: [
          { event: 'user.mfa.factor.activate', condition: { expression: "event.outcome.result ne 'SUCCESS'" } }
        ]
      }
    },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri,
        headers: [{ key: 'X-Hook-Env', value: 'test' }],
        authScheme: { type: 'HEADER', key: 'Authorization', value: 'a long secret' }
      }
    }
  }
}
