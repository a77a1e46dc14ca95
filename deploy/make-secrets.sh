#!/bin/sh
# Creates the secrets that compose.yaml mounts, in deploy/secrets. Existing files are kept. It also creates the Okta app's
# private key: add its public half, deploy/secrets/okta-public-key.pem, to the app in Okta.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 755 secrets
umask 022
for name in hook-secrets ops-token session-key ledger-key postgres-password service-password grafana-password; do
  [ -s "secrets/$name" ] || openssl rand -hex 32 >"secrets/$name"
done
if [ ! -s secrets/okta-private-key ]; then
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out secrets/okta-private-key 2>/dev/null
  openssl pkey -in secrets/okta-private-key -pubout -out secrets/okta-public-key.pem
fi
# Containers read them as different users. On a shared machine, restrict access to the folder itself.
chmod 644 secrets/*
echo "Secrets are in $(pwd)/secrets."
