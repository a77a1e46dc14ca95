/** Checks of where the service runs: its store, and whether it keeps up with the log. Pure. */
import { MINUTE_MS, showDuration } from '../../domain/time.ts'
import { type CheckVerdict, error, warning } from '../finding.ts'
import type { Probes } from '../probes/probes.ts'

type Check = (probes: Probes) => CheckVerdict

/** Okta waits 3 s, and every delivery waits for one sync (facts §1.4). */
const SLOW_SYNC_MS = 500
/** Beyond some polls in a row. */
const LOG_BEHIND_MS = 10 * MINUTE_MS

export const PLACE_CHECKS = {
  store_in_memory: ({ store }) =>
    store.kind === 'memory'
      ? error(
          'The store is memory: every case is lost when the process ends.',
          'Set REENROLL_STORE_URL=sqlite:data/reenroll.db.'
        )
      : null,
  store_unusable: ({ store }) =>
    store.failure === null
      ? null
      : error(
          `Nothing can be written at ${store.place}. ${store.failure}`,
          'Check REENROLL_STORE_URL, and owner and mode of the folder.'
        ),
  store_volatile: ({ store }) =>
    store.isVolatile
      ? error(
          `${store.place} is on a file system in memory: a restart of the machine loses every case.`,
          'Put it on a disk or a persistent volume.'
        )
      : null,
  store_slow: ({ store }) =>
    store.syncMs !== null && store.syncMs > SLOW_SYNC_MS
      ? warning(
          `A synced write at ${store.place} took ${Math.round(store.syncMs)} ms; every delivery waits for one.`,
          'Use a local disk, no network file system.'
        )
      : null,
  ledger_unsigned: ({ settings }) =>
    settings.storeAccess?.ledgerKeys.length === 0
      ? warning(
          'The ledger is not signed: somebody who can write the database can change it unnoticed.',
          'Set REENROLL_LEDGER_KEY (openssl rand -hex 32), and keep the key outside of the database and its backups.'
        )
      : null,
  ledger_writable: ({ store }) =>
    store.mayChangeLedger
      ? warning(
          `The role that the service uses at ${store.place} may change or remove entries of the ledger.`,
          'Give it a role that may not: deploy/postgres-roles.sql.'
        )
      : null,
  log_behind: ({ service }) =>
    service && service.logReadAgeMs !== null && service.logReadAgeMs > LOG_BEHIND_MS
      ? error(
          `The running service last read the System Log ${showDuration(service.logReadAgeMs)} ago, so lost deliveries stay lost.`,
          'Look for "system log read" warnings in its log; they say why.'
        )
      : null
} as const satisfies Readonly<Record<string, Check>>
