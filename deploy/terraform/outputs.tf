output "reader" {
  description = "Settings of the app that reads. With it alone Reenroll observes."
  value = {
    OKTA_CLIENT_ORGURL   = local.org_url
    OKTA_CLIENT_CLIENTID = okta_app_oauth.reenroll["reader"].client_id
    OKTA_CLIENT_KEYID    = var.reader_key.kid
    OKTA_CLIENT_SCOPES   = join(" ", local.reader_scopes)
  }
}

output "actuator" {
  description = "Settings of the app that writes, beside those of the reader. Null without actuator_key."
  value = var.actuator_key == null ? null : {
    REENROLL_ACTUATOR_CLIENTID = okta_app_oauth.reenroll["actuator"].client_id
    REENROLL_ACTUATOR_KEYID    = var.actuator_key.kid
    REENROLL_ACTUATOR_SCOPES   = join(" ", local.actuator_scopes)
  }
}
