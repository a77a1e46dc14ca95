/** For the tests of the Okta client: a simulated org on a port, and our own client signed in to it. */
import { newServiceApp } from '../../../src/cli/sandbox.ts'
import type { Settings } from '../../../src/config/settings/settings.ts'
import type { EvidenceSource } from '../../../src/domain/evidence.ts'
import type { TelemetryEvent } from '../../../src/domain/telemetry-event.ts'
import { createOktaClient, type OktaClientParts } from '../../../src/okta/client/client.ts'
import { createReader } from '../../../src/okta/reads/reader.ts'
import { createWriter } from '../../../src/okta/writes.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/server/server.ts'
import { handClock } from '../../sandbox/api-client.ts'

export type OktaCallTold = Extract<TelemetryEvent, { type: 'okta_call' }>

export interface OrgClientOptions {
  readonly sandbox?: Partial<SandboxOptions>
  readonly client?: Partial<OktaClientParts>
  readonly absentSources?: readonly EvidenceSource[]
  readonly unusedSources?: readonly EvidenceSource[]
  /** Changes the settings before the client is made. */
  readonly settings?: (settings: Settings['okta']) => Settings['okta']
}

/** One for all orgs of a test file: an RSA key takes a while to make. */
const app = await newServiceApp('0oa1reenrolltest00d7')

/** Starts both; the test closes the sandbox through `teardown`. */
export async function orgClient(t: { teardown(close: () => Promise<void>): unknown }, options: OrgClientOptions = {}) {
  const hand = handClock()
  const sandbox: Sandbox = await startSandbox({ clock: hand.clock, clients: [app.client], ...options.sandbox })
  t.teardown(() => sandbox.close())
  const settings: Settings['okta'] = {
    orgUrl: sandbox.url,
    auth: {
      kind: 'private_key',
      clientId: app.client.clientId,
      privateKey: JSON.stringify(app.privateJwk),
      keyId: null,
      scopes: app.client.scopes
    }
  }
  const told: OktaCallTold[] = []
  const client = createOktaClient(options.settings?.(settings) ?? settings, {
    requestTimeoutMs: 5_000,
    elapsedMs: hand.elapsedMs,
    emit: (happening) => {
      if (happening.type === 'okta_call') told.push(happening)
    },
    ...options.client
  })
  const reader = createReader(client, { clock: hand.clock, absentSources: [], ...options })
  return { ...hand, app, sandbox, org: sandbox.org, settings, client, reader, writer: createWriter(client), told }
}
