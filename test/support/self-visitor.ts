/** A browser at the self-service listener: it keeps cookies, and signs in at the simulated org without a password. */
export class SelfVisitor {
  readonly #home: string
  readonly #cookies = new Map<string, string>()

  constructor(selfUrl: string) {
    this.#home = selfUrl
  }

  /** Signs in with the password (`pwd`) or a passkey (`pop`). */
  async signIn(userId: string, method: 'pwd' | 'pop' = 'pwd'): Promise<void> {
    const begun = await this.#go(`${this.#home}/sign-in`)
    const chosen = await this.#go(begun.headers.get('location') ?? '', { user: `${userId} ${method}` })
    const back = await this.#go(chosen.headers.get('location') ?? '')
    if (back.headers.get('location') !== '/') throw new Error(`the sign-in ended with ${back.status}`)
  }

  /** Says in two taps that an iPhone shows invalidToken. */
  async report(): Promise<void> {
    const choice = await this.page('/?device=IOS')
    await this.post('/report', choice, { device: 'IOS', error: 'invalid_token' })
  }

  async page(path = '/'): Promise<string> {
    return (await this.#go(`${this.#home}${path}`)).text()
  }

  /** Sends a form with the token of this page. */
  post(path: string, page: string, fields: Record<string, string> = {}): Promise<Response> {
    const token = /name="_csrf" value="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#61;', '=') ?? ''
    return this.#go(`${this.#home}${path}`, { _csrf: token, ...fields })
  }

  async #go(url: string, fields?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const form = fields ? { method: 'POST', body: new URLSearchParams(fields) } : {}
    const answer = await fetch(url, { ...form, redirect: 'manual', headers: { cookie } })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      this.#cookies.set(name, value)
    }
    return answer
  }
}
