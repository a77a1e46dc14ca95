locals {
  org_url = "https://${var.org_name}.${var.base_url}"

  # Okta's resource names, orn:okta:… in production and orn:oktapreview:… in preview orgs.
  orn_partition = coalesce(var.orn_partition, var.base_url == "oktapreview.com" ? "oktapreview" : "okta")
  directory_orn = "orn:${local.orn_partition}:directory:${data.okta_org_metadata.org.id}"

  apps = merge(
    { reader = { key = var.reader_key, scopes = local.reader_scopes } },
    var.actuator_key == null ? {} : {
      actuator = { key = var.actuator_key, scopes = local.actuator_scopes }
    }
  )
}

data "okta_org_metadata" "org" {}

# Who may be touched: people of one group, which holds no administrators. By resource names and not by addresses: Okta
# returns no address for the devices, so that every plan would change them.
resource "okta_resource_set" "people" {
  label       = "Reenroll: people it may help"
  description = "Users of one group without administrators, and devices, which Okta knows only as a whole."
  resources_orn = concat(
    ["${local.directory_orn}:groups:${var.users_group_id}:contained_resources"],
    var.devices ? ["${local.directory_orn}:devices"] : []
  )

  lifecycle {
    precondition {
      condition     = var.orn_partition != null || contains(["okta.com", "okta-emea.com", "oktapreview.com"], var.base_url)
      error_message = "Set orn_partition: the resource names of an org on ${var.base_url} are not documented. Copy it from a resource set of the org (GET /api/v1/iam/resource-sets/{id}/resources)."
    }
  }
}

# A permission has no effect on a set without resources of its kind: okta.iam.read needs the Identity and Access Management
# resources. Without this set Okta refuses to show anybody's admin roles, and Reenroll writes nothing.
resource "okta_resource_set" "roles" {
  label         = "Reenroll: who is an administrator"
  description   = "Roles and their assignments, to read."
  resources_orn = ["orn:${local.orn_partition}:iam:${data.okta_org_metadata.org.id}:contained_resources"]
}

resource "okta_admin_role_custom" "reader" {
  label       = "Reenroll reader"
  description = "Reads what a decision is made of."
  permissions = local.reader_permissions
}

resource "okta_admin_role_custom" "actuator" {
  count       = var.actuator_key == null ? 0 : 1
  label       = "Reenroll actuator"
  description = "Does the six repairs, and nothing else: what it needs to know, the reader reads."
  permissions = local.actuator_permissions
}

# The provider has no argument for DPoP. Okta's console asks for it by default in new API Services apps; apps made through
# the API may not have it: tick "Require DPoP header in token requests" once, as deploy/okta-setup.md says.
resource "okta_app_oauth" "reenroll" {
  for_each = local.apps

  label                      = "Reenroll ${each.key}"
  type                       = "service"
  grant_types                = ["client_credentials"]
  response_types             = ["token"]
  token_endpoint_auth_method = "private_key_jwt"
  omit_secret                = true

  jwks {
    kty = "RSA"
    kid = each.value.key.kid
    e   = each.value.key.e
    n   = each.value.key.n
  }
}

resource "okta_app_oauth_api_scope" "reenroll" {
  for_each = local.apps

  app_id = okta_app_oauth.reenroll[each.key].id
  issuer = local.org_url
  scopes = each.value.scopes
}

# The System Log has no permission of its own for custom roles. This role reads the whole org and changes nothing.
resource "okta_app_oauth_role_assignment" "read_only" {
  client_id = okta_app_oauth.reenroll["reader"].client_id
  type      = "READ_ONLY_ADMIN"
}

resource "okta_app_oauth_role_assignment" "reader" {
  client_id    = okta_app_oauth.reenroll["reader"].client_id
  type         = "CUSTOM"
  role         = okta_admin_role_custom.reader.id
  resource_set = okta_resource_set.people.id
}

resource "okta_app_oauth_role_assignment" "reader_of_roles" {
  client_id    = okta_app_oauth.reenroll["reader"].client_id
  type         = "CUSTOM"
  role         = okta_admin_role_custom.reader.id
  resource_set = okta_resource_set.roles.id
}

resource "okta_app_oauth_role_assignment" "actuator" {
  count        = var.actuator_key == null ? 0 : 1
  client_id    = okta_app_oauth.reenroll["actuator"].client_id
  type         = "CUSTOM"
  role         = okta_admin_role_custom.actuator[0].id
  resource_set = okta_resource_set.people.id
}

locals {
  hook_channel = {
    type    = "HTTP"
    version = "1.0.0"
    uri     = var.hook_url
  }

  hook_auth = {
    type  = "HEADER"
    key   = var.hook_auth_header
    value = var.hook_secret
  }
}

# A new address or secret makes a hook unverified, and Okta delivers nothing to it until it is verified again. So both hooks
# are replaced then: the new ones are made and verified, get some minutes, and only then the old ones go.
resource "terraform_data" "delivery" {
  input = [local.hook_channel, local.hook_auth]
}

# Without a filter, so that the successes that close a case arrive too. The provider knows no filters anyway.
resource "okta_event_hook" "enrollments" {
  name    = "reenroll failures"
  events  = local.failures_types
  channel = local.hook_channel
  auth    = local.hook_auth

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.delivery]
  }
}

# What puts people at risk, in a hook of its own, so that a flood of one does not starve the other.
resource "okta_event_hook" "risk" {
  name    = "reenroll signals"
  events  = local.signals_types
  channel = local.hook_channel
  auth    = local.hook_auth

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.delivery]
  }
}

# Okta asks the address for its challenge here: the service must be up. Verified again after any change of a hook.
resource "okta_event_hook_verification" "hooks" {
  for_each = {
    enrollments = okta_event_hook.enrollments.id
    risk        = okta_event_hook.risk.id
  }

  event_hook_id = each.value

  lifecycle {
    replace_triggered_by = [okta_event_hook.enrollments, okta_event_hook.risk]
  }
}

# Okta needs minutes until events flow to a new hook. Its predecessor is destroyed after this.
resource "time_sleep" "hooks_take_over" {
  create_duration = var.hook_takeover
  triggers        = { for name, hook in okta_event_hook_verification.hooks : name => hook.id }
}
