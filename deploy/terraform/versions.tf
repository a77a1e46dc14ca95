terraform {
  required_version = ">= 1.6"
  required_providers {
    okta = {
      source  = "okta/okta"
      version = ">= 6.7, < 7.0"
    }
    time = {
      source  = "hashicorp/time"
      version = ">= 0.9, < 1.0"
    }
  }
}

# Sign in as a super admin's service app: OKTA_API_CLIENT_ID, OKTA_API_PRIVATE_KEY, OKTA_API_SCOPES, or OKTA_API_TOKEN.
provider "okta" {
  org_name = var.org_name
  base_url = var.base_url
}
