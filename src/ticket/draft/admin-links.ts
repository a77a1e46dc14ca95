/** Links into the Okta Admin Console. Pure. */

/** Domains of Okta's own, where the console lives at `<org>-admin.<domain>`. */
const OKTA_DOMAINS = ['okta.com', 'oktapreview.com', 'okta-emea.com']

/** The console's origin: `https://acme-admin.okta.com`. On a custom domain Okta forwards from the org's own address. */
export function adminOrigin(orgUrl: string): string {
  const url = new URL(orgUrl)
  const domain = OKTA_DOMAINS.find((candidate) => url.hostname.endsWith(`.${candidate}`))
  if (!domain) return url.origin
  const org = url.hostname.slice(0, -domain.length - 1)
  return `${url.protocol}//${org.endsWith('-admin') ? org : `${org}-admin`}.${domain}`
}

/** The user's page in the console. */
export function userLink(orgUrl: string, userId: string): string {
  return `${adminOrigin(orgUrl)}/admin/user/profile/view/${encodeURIComponent(userId)}`
}

/** Where users change their sign-in methods; not in the console. */
export function userSettingsLink(orgUrl: string): string {
  return `${orgUrl}/enduser/settings`
}

/** The System Log page, filtered to one transaction. */
export function transactionLink(orgUrl: string, transactionId: string): string {
  return logLink(orgUrl, 'transaction.id', transactionId)
}

/** The System Log page, filtered to what was done to one device. */
export function deviceLogLink(orgUrl: string, deviceId: string): string {
  return logLink(orgUrl, 'target.id', deviceId)
}

function logLink(orgUrl: string, field: string, value: string): string {
  const search = `${field} eq "${value.replace(/["\\]/g, '')}"`
  return `${adminOrigin(orgUrl)}/report/system_log_2?search=${encodeURIComponent(search)}`
}
