/** compose.yaml and Terraform, as far as they can be held to something without Docker and without Okta's provider. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'
import { SETTINGS } from '../../src/config/settings/settings.ts'
import { DEPLOY } from './rules-files.ts'
import { findTool, runTool } from './tools.ts'

const read = (path: string) => readFileSync(new URL(path, DEPLOY), 'utf8')
const terraform = findTool('terraform')

interface Service {
  readonly user?: string
  readonly read_only?: boolean
  readonly tmpfs?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}

t.test('compose.yaml', async (t) => {
  const compose = parse(read('compose.yaml')) as {
    readonly services: Readonly<Record<string, Service>>
    readonly secrets: Readonly<Record<string, { readonly file: string }>>
    readonly volumes: Readonly<Record<string, unknown>>
  }
  const made = read('make-secrets.sh')
  for (const [name, service] of Object.entries(compose.services)) {
    t.strictSame(service.security_opt, ['no-new-privileges:true'], name)
    t.strictSame([service.cap_drop, service.cap_add], [['ALL'], undefined], `${name} has no capability`)
    for (const secret of service.secrets ?? [])
      t.ok(compose.secrets[secret], `${name}: the secret ${secret} is declared`)
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':')
      if (from.startsWith('./')) t.ok(existsSync(new URL(from, DEPLOY)), `${from} exists`)
      else t.ok(from in compose.volumes, `${from} is declared`)
    }
  }
  for (const secret of Object.keys(compose.secrets)) t.ok(made.includes(secret), `make-secrets.sh makes ${secret}`)
  // As root it would need CHOWN, FOWNER, DAC_OVERRIDE, SETGID and SETUID (docker-entrypoint.sh of docker-library/postgres at
  // 6edb0a8: `find … -exec chown`, `exec gosu postgres`); /var/lib/postgresql belongs to `postgres` in the image.
  t.match(compose.services.postgres, { user: 'postgres', read_only: true, tmpfs: ['/var/run/postgresql', '/tmp'] })
  t.match(made, /^chmod 644 secrets/m, 'which that user can read')
  const { reenroll, migrate, roles } = compose.services
  for (const service of Object.values(compose.services)) t.equal(service.read_only, true)
  // Whoever holds what the service holds of the database can neither rewrite the ledger nor sign it again elsewhere.
  t.match(reenroll?.environment, {
    REENROLL_STORE_URL: /reenroll_service@/,
    REENROLL_LEDGER_KEY_FILE: '/run/secrets/ledger-key'
  })
  t.notOk(reenroll?.secrets?.includes('postgres-password'), 'the owner of the database is not the service')
  const done = { condition: 'service_completed_successfully' }
  t.match([reenroll?.depends_on, roles?.depends_on], [{ roles: done }, { migrate: done }])
  t.match(reenroll, { read_only: true, cap_drop: ['ALL'], ports: ['8080:8080', '127.0.0.1:9090:9090'] })
  const known: readonly string[] = SETTINGS.map(({ name, secret }) => (secret ? `${name}_FILE` : name))
  for (const name of Object.keys({ ...reenroll?.environment, ...migrate?.environment }))
    t.ok(known.includes(name), `${name} is a setting`)
})

t.test('Grafana and Prometheus find what is mounted for them', async (t) => {
  const { scrape_configs, rule_files } = parse(read('prometheus/prometheus.yml'))
  t.match(scrape_configs, [{ job_name: 'reenroll', static_configs: [{ targets: ['reenroll:9090'] }] }])
  t.strictSame(rule_files, ['/etc/prometheus/*.rules.yml'])
  t.match(parse(read('grafana/provisioning/datasources/prometheus.yaml')), { datasources: [{ type: 'prometheus' }] })
  const { providers } = parse(read('grafana/provisioning/dashboards/reenroll.yaml'))
  t.ok(read('compose.yaml').includes(`${providers[0].options.path}/overview.json`))
})

t.test('Terraform grants nothing that Reenroll never does', async (t) => {
  const text = read('terraform/main.tf') + read('terraform/scopes.tf')
  t.notMatch(text, /lifecycle\.(manage|delete|deactivate)"|okta\.apps|eventHooks\.manage/)
  for (const path of ['okta-setup.md', 'supply-chain.md', 'kubernetes/README.md'])
    t.ok(existsSync(new URL(path, DEPLOY)))
})

t.test(
  'Terraform: a permission is assigned on resources of its kind, and a changed hook is verified again',
  async (t) => {
    const text = read('terraform/main.tf')
    const setOf = (assignment: string) =>
      new RegExp(
        `"okta_app_oauth_role_assignment" "${assignment}" \\{[^}]*resource_set = okta_resource_set\\.(\\w+)`
      ).exec(text)?.[1]
    t.equal(setOf('reader'), 'people')
    t.equal(setOf('reader_of_roles'), 'roles')
    t.match(text, /"okta_resource_set" "roles" \{[^}]*\}:iam:\$\{[^}]*\}:contained_resources/)
    t.match(text, /replace_triggered_by = \[okta_event_hook\.enrollments, okta_event_hook\.risk\]/)
  }
)

t.test('Terraform files are formatted', { skip: terraform.skip, timeout: 60_000 }, async (t) => {
  const folder = fileURLToPath(new URL('terraform', DEPLOY))
  const { ok, said } = await runTool(terraform, ['fmt', '-check', '-diff', folder])
  t.ok(ok, said)
})
