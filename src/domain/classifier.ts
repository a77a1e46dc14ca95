/** The classifier's configuration (facts §2.4). Types only. */

export interface ClassifierSettings {
  /** Types whose non-success may be a failed enrollment, and whose success proves a recovery (facts §2.1). */
  readonly failureTypes: readonly string[]
  /** Types that always concern Okta Verify: `device.enrollment.create`, `device.user.add`. */
  readonly alwaysOktaVerifyTypes: readonly string[]
  /** Types kept as evidence, exact or with a trailing `*`. */
  readonly signalTypes: readonly string[]
  /** Results that are not failures (facts §2.4 item 2). */
  readonly successResults: readonly string[]
  /** Regular expressions, case-insensitive. */
  readonly oktaVerifyNames: readonly string[]
  readonly oktaVerifyFactors: readonly string[]
  readonly invalidTokenTexts: readonly string[]
  readonly policyRefusalTexts: readonly string[]
  readonly enrollmentUriPrefixes: readonly string[]
  /** Our own client or actor ids; their events are skipped as echoes (facts §2.4 item 1). */
  readonly ownIds: readonly string[]
  /** `sentAt - publishedAt` beyond this marks a preview (facts §1.6). */
  readonly previewAfterMs: number
}
