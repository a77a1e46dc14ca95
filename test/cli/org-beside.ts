/** A simulated org and our hook listener beside it, for the commands that an admin runs: register, doctor, discover. */
import type { Test } from 'tap'
import { systemClock } from '../../src/domain/time.ts'
import { buildHookListener } from '../../src/intake/hook/endpoint.ts'
import { importSdk } from '../../src/okta/client/sdk.ts'
import { attachDelivery } from '../../src/sandbox/hooks/delivery.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { type SandboxOptions, startSandbox } from '../../src/sandbox/server/server.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { createLogger } from '../../src/telemetry/logging.ts'
import { OPS_TOKEN } from './recorder.ts'

export const NEW_SECRET = 'new-secret-of-the-test-0123456789'
export const OLD_SECRET = 'old-secret-of-the-test-0123456789'

export async function orgBeside(t: Test, sandboxOptions: Partial<SandboxOptions> = {}) {
  await importSdk() // as `serve` does before it listens: loading it stops the process for a second
  const clock = sandboxOptions.clock ?? systemClock
  const org = createOrg({ clock })
  const okta = attachDelivery(org, { gatherMs: 5 })
  const sandbox = await startSandbox({
    apiTokens: ['test-token'],
    limits: 'none',
    verifyTimeoutMs: 30_000,
    ...sandboxOptions,
    clock,
    org
  })
  const store = openInMemory()
  const hook = buildHookListener({
    store,
    settings: { secrets: [NEW_SECRET, OLD_SECRET], authHeader: 'authorization' },
    clock,
    emit: () => {},
    logger: createLogger({ level: 'silent', secrets: [] })
  })
  const hookUrl = `${await hook.listen({ host: '127.0.0.1', port: 0 })}/okta/event-hooks`
  t.teardown(async () => {
    okta.detach()
    await hook.close()
    await sandbox.close()
  })
  const env = {
    OKTA_CLIENT_ORGURL: sandbox.url,
    OKTA_CLIENT_TOKEN: 'test-token',
    REENROLL_HOOK_SECRETS: OLD_SECRET,
    REENROLL_OPS_TOKEN: OPS_TOKEN,
    REENROLL_STORE_URL: 'memory:'
  }
  return { org, okta, sandbox, store, hookUrl, env }
}
