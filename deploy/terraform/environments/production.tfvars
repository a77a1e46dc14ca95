# The production org, with a state of its own: terraform workspace select -or-create production && terraform apply -var-file=environments/production.tfvars
# TF_VAR_hook_secret comes from the environment.
org_name       = "example"
base_url       = "okta.com"
hook_url       = "https://reenroll.example.com/okta/event-hooks"
users_group_id = "00gPRODUCTIONGROUP00"
devices        = true
user_risk      = true

reader_key = {
  kid = "reader-production"
  e   = "AQAB"
  n   = "the modulus of the reader's public key"
}

actuator_key = {
  kid = "actuator-production"
  e   = "AQAB"
  n   = "the modulus of the actuator's public key"
}
