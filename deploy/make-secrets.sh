#!/bin/sh
# Makes the secrets that compose.yaml mounts, in deploy/secrets. What is there already is kept. The Okta app's private key
# is made too: deploy/secrets/okta-public-key.pem is its public half, to be added to the app in Okta.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 755 secrets
umask 022
for name in hook-secrets ops-token session-key postgres-password grafana-password; do
  [ -s "secrets/$name" ] || openssl rand -hex 32 >"secrets/$name"
done
if [ ! -s secrets/okta-private-key ]; then
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out secrets/okta-private-key 2>/dev/null
  openssl pkey -in secrets/okta-private-key -pubout -out secrets/okta-public-key.pem
fi
# Containers read them as users of their own; keep the folder itself away from others on a shared machine.
chmod 644 secrets/*
echo "Secrets are in $(pwd)/secrets."
