/**
 * Arguments and attributes of the resources that the Terraform module uses, from the documentation of okta/okta 6.12.0
 * (docs/resources and docs/data-sources of the provider) and of hashicorp/time (docs/resources/sleep.md); only what the module could use of each.
 */

interface ResourceSchema {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly readOnly: readonly string[]
}

export const RESOURCES: Readonly<Record<string, ResourceSchema>> = {
  okta_resource_set: {
    required: ['description', 'label'],
    optional: ['resources', 'resources_orn'],
    readOnly: ['id']
  },
  okta_admin_role_custom: { required: ['description', 'label'], optional: ['permissions'], readOnly: ['id'] },
  okta_app_oauth: {
    required: ['label', 'type'],
    optional: ['grant_types', 'response_types', 'token_endpoint_auth_method', 'omit_secret', 'jwks', 'jwks_uri'],
    readOnly: ['id', 'client_id', 'name', 'sign_on_mode']
  },
  okta_app_oauth_api_scope: { required: ['app_id', 'issuer', 'scopes'], optional: [], readOnly: ['id'] },
  okta_app_oauth_role_assignment: {
    required: ['client_id', 'type'],
    optional: ['resource_set', 'role'],
    readOnly: ['id', 'label', 'status']
  },
  okta_event_hook: {
    required: ['channel', 'events', 'name'],
    optional: ['auth', 'headers', 'status'],
    readOnly: ['id']
  },
  okta_event_hook_verification: {
    required: ['event_hook_id'],
    optional: [],
    readOnly: ['id', 'verification_status']
  },
  'data.okta_org_metadata': { required: [], optional: [], readOnly: ['domains', 'id', 'pipeline', 'settings'] },
  terraform_data: { required: [], optional: ['input', 'triggers_replace'], readOnly: ['id', 'output'] },
  time_sleep: { required: [], optional: ['create_duration', 'destroy_duration', 'triggers'], readOnly: ['id'] }
}

/** Durations that `time_sleep` accepts: one number with one unit (internal/provider/resource_time_sleep.go of hashicorp/time). */
export const TIME_SLEEP_DURATION = '^[0-9]+(\\\\.[0-9]+)?(ms|s|m|h)$'

/** Keys of the maps that `okta_event_hook` reads back from Okta: another key would differ in every plan. */
export const HOOK_MAPS = { hook_channel: ['type', 'version', 'uri'], hook_auth: ['type', 'key', 'value'] } as const

/** Of the permissions that `okta_admin_role_custom` lists: those about users, devices and administrators. */
export const PERMISSIONS: readonly string[] = [
  'okta.users.manage',
  'okta.users.create',
  'okta.users.read',
  'okta.users.credentials.manage',
  'okta.users.credentials.resetFactors',
  'okta.users.credentials.resetPassword',
  'okta.users.credentials.expirePassword',
  'okta.users.userprofile.manage',
  'okta.users.lifecycle.manage',
  'okta.users.lifecycle.activate',
  'okta.users.lifecycle.deactivate',
  'okta.users.lifecycle.suspend',
  'okta.users.lifecycle.unsuspend',
  'okta.users.lifecycle.delete',
  'okta.users.lifecycle.unlock',
  'okta.users.lifecycle.clearSessions',
  'okta.devices.manage',
  'okta.devices.lifecycle.manage',
  'okta.devices.lifecycle.activate',
  'okta.devices.lifecycle.deactivate',
  'okta.devices.lifecycle.suspend',
  'okta.devices.lifecycle.unsuspend',
  'okta.devices.lifecycle.delete',
  'okta.devices.read',
  'okta.iam.read'
]
