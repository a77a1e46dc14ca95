/**
 * Okta's answers as recorded from live orgs, or as Okta's own description shows them; names, ids and times are replaced.
 * Recordings: fixtures of okta/terraform-provider-okta 6.12.0, below `test/fixtures/vcr/idaas`.
 */

export interface Recorded {
  readonly origin: string
  readonly body: unknown
}

const PROFILE = {
  ...{ firstName: 'Pat', lastName: 'Person', mobilePhone: null, secondEmail: null },
  ...{ login: 'pat.person@example.com', email: 'pat.person@example.com' }
}
const BORN = '2026-06-10T12:45:19.000Z'
const LATER = '2026-06-10T12:45:20.000Z'

function user(status: string, times: Readonly<Record<string, string | null>>, provider = 'OKTA') {
  return {
    ...{ id: '00uPatPerson00000000', status, created: BORN, ...times, lastUpdated: LATER },
    ...{ type: { id: 'otyEXAMPLE0000000d7' }, profile: PROFILE },
    ...{ credentials: { provider: { type: provider, name: provider } }, _links: {} }
  }
}

/** Users in each status that was recorded. Nobody in them has ever signed in. */
export const USERS = {
  provisioned: {
    origin: 'TestAccDataSourceOktaUser_NoSkips/oie-00, 590 times in all: `activated` is set before the mail is used',
    body: user('PROVISIONED', { activated: LATER, statusChanged: LATER, lastLogin: null, passwordChanged: null })
  },
  active: {
    origin: 'TestAccResourceOktaUser_updateCredentials/classic-00: made with a password, never signed in',
    body: user('ACTIVE', { activated: BORN, statusChanged: BORN, lastLogin: null, passwordChanged: BORN })
  },
  staged: {
    origin: 'TestAccResourceOktaUser_statusDeprovisioned/oie-00: activation has not started',
    body: user('STAGED', { activated: null, statusChanged: null, lastLogin: null, passwordChanged: null })
  },
  stagedWithPassword: {
    origin: 'TestAccResourceOktaUser_hashed_password_crud/classic-00: imported with a hashed password',
    body: user('STAGED', { activated: null, statusChanged: LATER, lastLogin: null, passwordChanged: LATER }, 'IMPORT')
  },
  deprovisioned: {
    origin: 'TestAccResourceOktaUser_updateDeprovisioned/oie-00',
    body: user('DEPROVISIONED', { activated: LATER, statusChanged: LATER, lastLogin: null, passwordChanged: null })
  },
  withoutName: {
    origin: 'Okta’s description: every attribute of a profile but the login may be missing',
    body: { id: '00uPatPerson00000000', status: 'SUSPENDED', profile: { login: 'pat', displayName: 'Pat Person' } }
  },
  withBlocks: {
    origin: 'Okta’s description of getUser: `expand=blocks` embeds the blocks',
    body: {
      ...user('ACTIVE', { activated: BORN }),
      _embedded: { blocks: [{ type: 'DEVICE_BASED', appliesTo: 'ANY_DEVICES' }] }
    }
  }
} as const satisfies Readonly<Record<string, Recorded>>

export const ROLES: Recorded = {
  origin: 'TestAccDataSourceOktaUser_NoSkips/oie-00: short and long ids',
  body: [
    {
      ...{ id: 'IFIFAX2BIRGUSTQ', label: 'Application Administrator', type: 'APP_ADMIN', status: 'ACTIVE' },
      ...{ created: BORN, lastUpdated: BORN, assignmentType: 'USER', _links: {} }
    },
    {
      ...{ id: 'ra1EXAMPLE00000000d7', label: 'Super Administrator', type: 'SUPER_ADMIN', status: 'ACTIVE' },
      ...{ created: BORN, lastUpdated: BORN, assignmentType: 'USER', _links: {} }
    }
  ]
}

export const ASSIGNEES: Recorded = {
  origin: 'TestAccDataSourceOktaIamAssigneesUser_read/oie-00',
  body: {
    _links: { next: { href: 'https://id.example.com/api/v1/iam/assignees/users?after=1' } },
    value: [{ id: '00uPatPerson00000000', orn: 'orn:oktapreview:directory:00oEXAMPLE:users:00uPatPerson00000000' }]
  }
}

export const RISK: Recorded = {
  origin: 'TestAccDataSourceOktaUserRisk_read/oie-00',
  body: { riskLevel: 'HIGH', reason: 'Admin override risk', _links: {} }
}

export const GROUPS: Recorded = {
  origin: 'TestAccDataSourceOktaUser_NoSkips/oie-00',
  body: [
    {
      ...{ id: '00gEXAMPLE00000000d7', created: BORN, lastUpdated: BORN, lastMembershipUpdated: BORN },
      ...{
        objectClass: ['okta:user_group'],
        type: 'OKTA_GROUP',
        profile: { name: 'Reenroll people', description: 'A Group' }
      }
    }
  ]
}

/** Recorded without `managed` and `integrityJailbreak`, and with a security patch level in `osVersion`. */
const ANDROID = {
  ...{ id: 'guoEXAMPLE00000000d7', status: 'ACTIVE', created: BORN, lastUpdated: BORN },
  profile: {
    ...{ displayName: 'Personal Phone', platform: 'ANDROID', manufacturer: 'samsung', model: 'SM-S921B' },
    ...{ osVersion: '16:2025-09-01', registered: true, secureHardwarePresent: true, diskEncryptionType: 'USER' }
  },
  ...{ resourceType: 'UDDevice', resourceDisplayName: { value: 'Personal Phone', sensitive: false } },
  ...{ resourceId: 'guoEXAMPLE00000000d7', resourceAlternateId: null },
  _embedded: { originatedFrom: [{ id: 'autEXAMPLE00000000d7', name: 'Okta Verify', key: 'okta_verify' }] }
}

export const DEVICES: Recorded = {
  origin: 'the device of TestAccDataSourceOktaDevice_read/oie-00, in the list of Okta’s description of listUserDevices',
  body: [{ created: BORN, deviceUserId: 'lnkEXAMPLE00000000d7', device: ANDROID }]
}

export const DEVICE_USERS: Recorded = {
  origin: 'Okta’s description of listDeviceUsers',
  body: [{ created: BORN, managementStatus: 'NOT_MANAGED', user: { id: '00uPatPerson00000000', status: 'ACTIVE' } }]
}

export const LISTED_DEVICES: Recorded = {
  origin: 'Okta’s description of listDevices with `expand=userSummary`',
  body: [{ ...ANDROID, _embedded: { users: DEVICE_USERS.body } }]
}

export const FACTORS: Recorded = {
  origin:
    'the question: TestAccResourceOktaUserFactorQuestion_crud/classic-00; the others: Okta’s description of listFactors',
  body: [
    {
      ...{ id: 'ufsEXAMPLE00000000d7', factorType: 'question', provider: 'OKTA', vendorName: 'OKTA', status: 'ACTIVE' },
      ...{ created: BORN, lastUpdated: BORN, profile: { question: 'disliked_food', questionText: 'What is it?' } }
    },
    {
      ...{ id: 'opfEXAMPLE00000000d7', factorType: 'push', provider: 'OKTA', vendorName: 'OKTA', status: 'ACTIVE' },
      ...{ created: BORN, lastUpdated: BORN },
      profile: {
        ...{ credentialId: 'pat.person@example.com', deviceType: 'SmartPhone_IPhone', keys: [], name: 'Pat’s phone' },
        ...{ platform: 'IOS', version: '17.3.1' }
      }
    },
    {
      ...{ id: 'fwfEXAMPLE00000000d7', factorType: 'webauthn', provider: 'FIDO', vendorName: 'FIDO', status: 'ACTIVE' },
      ...{ created: BORN, lastUpdated: BORN, profile: { credentialId: 'l3Br0n', authenticatorName: 'Security Key' } }
    }
  ]
}

export const ENROLLMENTS: Recorded = {
  origin: 'Okta’s example of listAuthenticatorEnrollments; its schema says one object, its example is a list',
  body: [
    {
      ...{ type: 'app', id: 'pfdEXAMPLE00000000d7', key: 'okta_verify', status: 'ACTIVE', name: 'Okta Verify' },
      ...{ nickname: null, created: BORN, lastUpdated: BORN, _links: {} }
    }
  ]
}

const PAT = {
  ...{ id: '00uPatPerson00000000', type: 'User', alternateId: 'pat.person@example.com' },
  ...{ displayName: 'Pat Person', detailEntry: null }
}

/** As hooks and the System Log bring them. */
export const EVENTS = {
  sparse: {
    origin: 'stix-shifter, okta module: `user.mfa.factor.activate` with a lone target, the factor only in the reason',
    body: {
      ...{ uuid: 'b0000000-0000-4000-8000-000000000001', published: BORN, version: '0', severity: 'INFO' },
      ...{
        eventType: 'user.mfa.factor.activate',
        displayMessage: 'Activate factor for user',
        actor: PAT,
        target: [PAT]
      },
      ...{ outcome: { result: 'SUCCESS', reason: 'User set up OKTA_VERIFY_PUSH factor' }, client: { ipChain: [] } },
      ...{ device: null, securityContext: {}, transaction: { type: 'WEB', id: 'unknown', detail: {} } },
      ...{ request: { ipChain: [] }, debugContext: { debugData: {} }, authenticationContext: {} }
    }
  },
  full: {
    origin:
      'shapes of public captures put together: the agent of okta-devices-swift, a `device` of a capture in snake case, contexts of Okta’s event-hook documentation, device details of okta/customer-detections',
    body: {
      ...{ uuid: 'b0000000-0000-4000-8000-000000000002', published: '2026-06-10T12:45:19.282226397Z', version: 0 },
      ...{ eventType: 'user.mfa.factor.activate', displayMessage: 'Activate factor', severity: 'WARN', actor: PAT },
      target: [
        PAT,
        {
          ...{ id: 'pfdEXAMPLE00000000d7', type: 'AuthenticatorEnrollment', alternateId: 'unknown' },
          ...{ displayName: 'Okta Verify', detailEntry: null }
        },
        {
          ...{ id: 'guoEXAMPLE00000000d7', type: 'UDDevice', alternateId: null, displayName: 'Pat’s phone' },
          detailEntry: {
            ...{ managed: 'false', osPlatform: 'IOS', osVersion: '17.0.3', oktaDeviceId: 'guoEXAMPLE00000000d7' },
            serialNumber: null
          }
        }
      ],
      outcome: { result: 'FAILURE', reason: 'INVALID_TOKEN' },
      device: {
        ...{ id: 'guoEXAMPLE00000000d7', name: 'iPhone15,4', os_platform: 'IOS', os_version: '17.0.3' },
        ...{ managed: false, registered: true, jailbreak: false, device_integrator: null }
      },
      client: {
        userAgent: {
          rawUserAgent: 'B7F62B65BN.com.okta.mobile/9.56.1 OktaDeviceSDK/0.0.1 iOS/17.0.3 Apple/iPhone15,4',
          ...{ os: 'iOS', browser: 'UNKNOWN' }
        },
        ...{ zone: 'null', device: 'Mobile', id: null, ipAddress: '198.51.100.24' },
        geographicalContext: { city: 'Berlin', country: 'Germany', postalCode: 10115 },
        ipChain: [{ ip: '198.51.100.24', geographicalContext: { country: 'Germany' }, version: 'V4', source: null }]
      },
      securityContext: {
        ...{ asNumber: 64500, asOrg: 'example', isp: 'example', domain: 'example.com', isProxy: false },
        ...{
          risk: { level: 'LOW', reasons: [] },
          userBehaviors: [{ id: 'beh1', name: 'New Device', result: 'NEGATIVE' }]
        },
        ipDetails: { asNumber: 64500, ipServiceCategories: [{ type: 'VPN', isAnonymous: false }] }
      },
      transaction: { type: 'WEB', id: 'reqEXAMPLE', detail: {} },
      request: { ipChain: [{ ip: '198.51.100.24', geographicalContext: { country: 'Germany' } }] },
      debugContext: {
        debugData: {
          ...{ requestUri: '/idp/authenticators', factor: 'OKTA_VERIFY_PUSH', factorIntent: 'CREDENTIAL_ENROLLMENT' },
          ...{ authenticatorKey: 'okta_verify', behaviors: '{New Device=NEGATIVE}', risk: '{level=LOW}' },
          ...{ threatSuspected: 'false', tunnels: '[]', changedAttributes: 'mobilePhone' }
        }
      }
    }
  },
  camelCase: {
    origin: 'four of four events of one capture set spell `device` in camel case; the address only in the chain',
    body: {
      ...{ uuid: 'b0000000-0000-4000-8000-000000000003', published: BORN, eventType: 'device.enrollment.create' },
      ...{ actor: PAT, target: null, outcome: { result: 'SUCCESS' } },
      device: { id: 'guoEXAMPLE00000000d7', name: 'Pat’s Mac', platform: 'OSX', osVersion: '14.2.1', managed: true },
      client: { ipChain: [{ ip: '198.51.100.24', geographicalContext: { country: 'Germany' } }] },
      securityContext: { ipDetails: { asNumber: 64500 } }
    }
  },
  systemLog: {
    origin: 'the System Log API has the chain under `request` (Okta’s description of listLogEvents)',
    body: {
      ...{
        uuid: 'b0000000-0000-4000-8000-000000000004',
        published: BORN,
        eventType: 'user.mfa.factor.activate',
        actor: PAT
      },
      ...{ outcome: { result: 'FAILURE' }, client: null },
      request: { ipChain: [{ ip: '198.51.100.24', geographicalContext: { country: 'Germany' } }] }
    }
  }
} as const satisfies Readonly<Record<string, Recorded>>

export const HOOKS: Recorded = {
  origin: 'TestAccResourceOktaEventHookVerification_crud/oie-00: after a change of the channel, unverified',
  body: [
    {
      ...{ id: 'whoEXAMPLE00000000d7', status: 'ACTIVE', verificationStatus: 'UNVERIFIED', name: 'reenroll failures' },
      ...{ description: null, created: BORN, createdBy: '00uPatPerson00000000', lastUpdated: LATER },
      events: { type: 'EVENT_TYPE', items: ['user.mfa.factor.activate'], filter: null },
      channel: {
        ...{ type: 'HTTP', version: '1.0.0' },
        config: {
          ...{ uri: 'https://reenroll.example.com/okta/event-hooks', headers: [], method: 'POST' },
          authScheme: { type: 'HEADER', key: 'Authorization' }
        }
      }
    }
  ]
}
