/** The overlays as Kubernetes gets them: rendered, then held to what a hardened pod and a careful network must have. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import ts from 'typescript'
import { parse, parseAllDocuments } from 'yaml'
import { SETTINGS } from '../../src/config/settings/settings.ts'
import { DEPLOY } from './rules-files.ts'
import { findTool, runTool } from './tools.ts'
import { OPERATOR_RULE, operatorRule } from './write-prometheus-rule.ts'

const kubectl = findTool('kubectl')
const OVERLAYS = ['sqlite', 'postgres']

interface Item {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec?: unknown
  readonly data?: Readonly<Record<string, string>>
}

const RESOLUTION = {
  lib: ['lib.es5.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler
}

/**
 * What Kubernetes would refuse: the items as literals of the types that `kubernetes-types` makes from Kubernetes's own API
 * description, so that a misspelt, missing or mistyped field is a fault with its line.
 */
function faultsOf(folder: string, items: readonly unknown[]): readonly string[] {
  const literals = items.map((item, n) => {
    const { apiVersion, kind } = item as Item
    const module = apiVersion.includes('/') ? apiVersion.replace(/(\.k8s\.io)?\//, '/') : `core/${apiVersion}`
    return `export const item${n}: import('kubernetes-types/${module}').${kind} = ${JSON.stringify(item, null, 2)}`
  })
  const path = join(folder, 'items.ts')
  writeFileSync(path, literals.join('\n'))
  const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], ...RESOLUTION }
  return ts.getPreEmitDiagnostics(ts.createProgram([path], options)).map(({ messageText, start, file }) => {
    const line = file?.text.slice(file.text.lastIndexOf('\n', start) + 1).split('\n')[0] ?? ''
    return `${line.trim()}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

async function render(t: Test, overlay: string): Promise<readonly Item[]> {
  const folder = fileURLToPath(new URL(`kubernetes/overlays/${overlay}`, DEPLOY))
  const { ok, said } = await runTool(kubectl, ['kustomize', folder])
  t.ok(ok, said.slice(0, 500))
  return parseAllDocuments(said).map((document) => document.toJS() as Item)
}

for (const overlay of OVERLAYS) {
  t.test(`the overlay ${overlay}, rendered`, { skip: kubectl.skip, timeout: 60_000 }, async (t) => {
    const items = await render(t, overlay)
    t.equal(new Set(items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size, items.length)
    t.strictSame(faultsOf(t.testdir(), items), [])
    for (const item of items) {
      if (item.kind !== 'Namespace') t.equal(item.metadata.namespace, 'reenroll', item.kind)
      t.notMatch(JSON.stringify(item), /\$retainKeys|\$patch/, 'no word meant for kustomize is left')
    }
    const one = (kind: string) => items.find((item) => item.kind === kind)
    if (one('PodDisruptionBudget')) t.match(one('PodDisruptionBudget'), { spec: { maxUnavailable: 1 } })
    if (one('HorizontalPodAutoscaler')) t.match(one('HorizontalPodAutoscaler'), { spec: { minReplicas: 2 } })
    checkPod(t, items, overlay)
    checkNetwork(t, items)
  })
}

t.test('a manifest that Kubernetes would refuse is named', async (t) => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { port: [{ port: '80' }] } }
  t.match(faultsOf(t.testdir(), [service]), [/"port.*does not exist in type 'ServiceSpec'/])
  t.match(faultsOf(t.testdir(), [{ ...service, apiVersion: 'v2', spec: {} }]), [/kubernetes-types\/core\/v2/])
})

function checkPod(t: Test, items: readonly Item[], overlay: string): void {
  const deployment = items.find(({ kind }) => kind === 'Deployment')?.spec as Deployment
  const pod = deployment.template.spec
  t.match(pod, {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } }
  })
  const [container] = pod.containers
  t.match(container, {
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] }
    },
    startupProbe: { httpGet: { path: '/livez', port: 'hook' } },
    livenessProbe: { httpGet: { path: '/livez', port: 'hook' } },
    readinessProbe: { httpGet: { path: '/readyz', port: 'ops' } },
    resources: { requests: { cpu: String, memory: String }, limits: { memory: String } }
  })
  const settings = items.find(({ kind }) => kind === 'ConfigMap')?.data ?? {}
  const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]))
  checkSettings(t, { ...settings, ...env })
  const secretsMount = container.volumeMounts.find(({ name }) => name === 'secrets')?.mountPath ?? '-'
  for (const [name, value] of Object.entries(env)) {
    if (name.endsWith('_FILE')) t.ok(value.startsWith(`${secretsMount}/`), `${name} is a mounted file`)
  }
  t.match(env.REENROLL_STORE_URL, overlay === 'sqlite' ? /^sqlite:\/app\/data\// : /^postgres:\/\/[^:]+@/)
  // Two processes on one SQLite file would be one too many.
  if (overlay === 'sqlite') t.match(deployment, { replicas: 1, strategy: { type: 'Recreate' } })
  else t.notOk('replicas' in deployment, 'the autoscaler alone says how many')
}

/** Every variable is a setting, secrets come from files, and `settings.env` holds none of them. */
function checkSettings(t: Test, env: Readonly<Record<string, string>>): void {
  const known: readonly string[] = SETTINGS.map(({ name, secret }) => (secret ? `${name}_FILE` : name))
  for (const name of Object.keys(env)) t.ok(known.includes(name), `${name} is a setting that may be given so`)
}

function checkNetwork(t: Test, items: readonly Item[]): void {
  const policies = items.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec as NetworkPolicy)
  const toEverybody = policies
    .flatMap(({ ingress = [] }) => ingress)
    .filter(({ from }) => from === undefined)
    .flatMap(({ ports }) => ports.map(({ port }) => port))
  t.strictSame(toEverybody, ['hook'], 'the world reaches the hook only')
  t.ok(policies.some(({ policyTypes }) => policyTypes.includes('Ingress') && policyTypes.includes('Egress')))
  for (const { to } of policies.flatMap(({ egress = [] }) => egress)) t.ok(to?.length, 'no way out without an address')
}

t.test("the Prometheus operator's copy of the rules is not stale", async (t) => {
  const written = readFileSync(OPERATOR_RULE, 'utf8')
  t.equal(written, operatorRule(), 'node test/deploy/write-prometheus-rule.ts')
  t.match(parse(written), { kind: 'PrometheusRule', spec: { groups: Array } })
})

interface Deployment {
  readonly template: {
    readonly spec: {
      readonly containers: readonly [
        {
          readonly env: readonly { readonly name: string; readonly value: string }[]
          readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
        }
      ]
    }
  }
}
interface NetworkPolicy {
  readonly policyTypes: readonly string[]
  readonly ingress?: readonly { readonly from?: unknown; readonly ports: readonly { readonly port: string }[] }[]
  readonly egress?: readonly { readonly to?: readonly unknown[] }[]
}
