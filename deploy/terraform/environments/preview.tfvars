# A preview org: terraform workspace select -or-create preview && terraform apply -var-file=environments/preview.tfvars
# TF_VAR_hook_secret comes from the environment. Without actuator_key Reenroll only observes here.
org_name       = "example"
base_url       = "oktapreview.com"
hook_url       = "https://reenroll.preview.example.com/okta/event-hooks"
users_group_id = "00gPREVIEWGROUP00000"
devices        = true
user_risk      = false

reader_key = {
  kid = "reader-preview"
  e   = "AQAB"
  n   = "the modulus of the reader's public key"
}
