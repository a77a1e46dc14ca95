variable "org_name" {
  description = "First label of the org's address: example for https://example.okta.com."
  type        = string
}

variable "base_url" {
  description = "The rest of it."
  type        = string
  default     = "okta.com"
}

variable "hook_url" {
  description = "Public address of the hook listener, such as https://reenroll.example.com/okta/event-hooks. It must answer when the hook is verified."
  type        = string

  validation {
    condition     = startswith(var.hook_url, "https://") && endswith(var.hook_url, "/okta/event-hooks")
    error_message = "Okta delivers over HTTPS only, and Reenroll listens at /okta/event-hooks."
  }
}

variable "hook_secret" {
  description = "One of REENROLL_HOOK_SECRETS. It ends up in Terraform's state: keep the state encrypted."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.hook_secret) >= 24
    error_message = "Use at least 24 characters: openssl rand -hex 32."
  }
}

variable "hook_auth_header" {
  description = "REENROLL_HOOK_AUTH_HEADER."
  type        = string
  default     = "Authorization"
}

variable "hook_takeover" {
  description = "How long old hooks stay after new ones are verified, when the address or the secret changes. The first apply waits as long."
  type        = string
  default     = "5m"

  # As time_sleep checks it.
  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$", var.hook_takeover))
    error_message = "Write one number with one unit, such as 5m or 300s."
  }
}

variable "reader_key" {
  description = "Public half of the reader's RSA key, as a JWK. The private half never comes here."
  type        = object({ kid = string, e = string, n = string })
}

variable "actuator_key" {
  description = "Public half of the actuator's RSA key. Null: no app that can write is made, and Reenroll observes."
  type        = object({ kid = string, e = string, n = string })
  default     = null
}

variable "users_group_id" {
  description = "Group of the people whom Reenroll may help. It must not hold administrators; use a group rule that leaves them out."
  type        = string
}

variable "devices" {
  description = "The org has device permissions for custom roles, which Okta offers as Early Access. False: declare absentSources: [device_users] in the policy; Reenroll then does not see who shares a device, and never unsuspends one."
  type        = bool
  default     = true
}

variable "orn_partition" {
  description = "Second part of the org's resource names. Null: oktapreview for an org on oktapreview.com, okta for one on okta.com or okta-emea.com. Other orgs, such as those of governments, must name it: copy it from a resource set of the org."
  type        = string
  default     = null
}

variable "user_risk" {
  description = "Identity Threat Protection is licensed, so the user's risk can be read. Otherwise declare risk absent in the policy."
  type        = bool
  default     = false
}
