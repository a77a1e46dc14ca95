output "okta_client" {
  description = "OKTA_CLIENT_* of each app. Run Reenroll with the reader to observe, with the actuator to act."
  value = {
    for name, app in okta_app_oauth.reenroll : name => {
      OKTA_CLIENT_ORGURL   = local.org_url
      OKTA_CLIENT_CLIENTID = app.client_id
      OKTA_CLIENT_KEYID    = local.apps[name].key.kid
      OKTA_CLIENT_SCOPES   = join(" ", local.apps[name].scopes)
    }
  }
}
