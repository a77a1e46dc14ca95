/** Types for the three files of the SDK that `sdk.ts` imports; the package types only its whole. */
declare module '@okta/okta-sdk-nodejs/src/request-executor.js' {
  // biome-ignore lint/style/noDefaultExport: that is how the file exports it
  export { RequestExecutor as default } from '@okta/okta-sdk-nodejs'
}

declare module '@okta/okta-sdk-nodejs/src/oauth.js' {
  import type { RequestExecutor } from '@okta/okta-sdk-nodejs'
  import type { OAuth as Whole } from '@okta/okta-sdk-nodejs/src/types/oauth.js'

  /** What it takes from the client that holds it. */
  export interface OAuthClient {
    readonly baseUrl: string
    readonly clientId: string
    readonly scopes: readonly string[]
    readonly privateKey: string
    readonly keyId: string
    readonly requestExecutor: RequestExecutor
  }

  /** Which of the two kinds of token it got is not in the package's own types. */
  export type TokenHolder = Whole & { readonly isDPoP: boolean }

  export const OAuth: new (client: OAuthClient) => TokenHolder
}

declare module '@okta/okta-sdk-nodejs/src/http.js' {
  import type { RequestExecutor } from '@okta/okta-sdk-nodejs'
  import type { Http as Whole } from '@okta/okta-sdk-nodejs/src/types/http.js'
  import type { OAuth } from '@okta/okta-sdk-nodejs/src/types/oauth.js'

  /** Without `oauth` it signs nothing and sends its default headers. */
  export interface HttpOptions {
    readonly requestExecutor: RequestExecutor
    readonly cacheMiddleware: null
    readonly oauth?: OAuth
  }

  export const Http: new (
    options: HttpOptions
  ) => Omit<Whole, 'prepareRequest'> & {
    /** Puts credentials on a request, in place. */
    prepareRequest(request: object): Promise<void>
  }
}
