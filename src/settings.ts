/** The settings: what the environment says. `readSettings` lists every fault at once (DESIGN §4). */
import type { Mode } from './vocabulary.ts'

export interface Settings {
  readonly okta: {
    /** Without trailing slash (facts §8 finding 5). */
    readonly orgUrl: string
    readonly auth:
      | {
          readonly kind: 'private_key'
          readonly clientId: string
          readonly privateKey: string
          readonly keyId: string | null
          readonly scopes: readonly string[]
        }
      /** SSWS, for development only. */
      | { readonly kind: 'token'; readonly token: string }
  }
  readonly hook: {
    readonly secrets: readonly string[]
    /** Lower-case name of the header that carries the secret. */
    readonly authHeader: string
    readonly host: string
    readonly port: number
  }
  readonly ops: { readonly host: string; readonly port: number; readonly token: string }
  readonly storeUrl: string
  readonly policyFile: string | null
  readonly mode: Mode
}
