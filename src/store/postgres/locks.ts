/** Advisory locks, each held to the end of the transaction that took it, by whichever replica. */

/** `RENR`: keeps our locks apart from those of other programs in the same database. */
const OURS = 0x52454e52

export const LOCKS = {
  /** One process changes the schema. */
  migrate: [OURS, 1],
  /** One transaction looks at caps and kill switch and writes an intent, or changes the controls. */
  brakes: [OURS, 2],
  /** One transaction appends to the ledger. Always taken last. */
  ledger: [OURS, 3],
  /** One replica clears out what is past its time. */
  retention: [OURS, 4],
  /** One process builds indexes. The only one held by a session: no index is built beside the work inside a transaction. */
  indexes: [OURS, 5]
} as const satisfies Record<string, readonly [number, number]>
