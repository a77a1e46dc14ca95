/** Metrics of what one replica does or finds out for all, and of what replicas must agree on. Part of `metric-catalogue.ts`. */
import type { MetricRow } from './metric-catalogue.ts'

export const STANDING_METRICS = {
  hookVerified: {
    name: 'reenroll_hook_verified',
    type: 'gauge',
    labels: [],
    help: '1 while each of our event hooks in Okta is active and verified, 0 otherwise; absent when it cannot be read.'
  },
  ledgerIntact: {
    name: 'reenroll_ledger_intact',
    type: 'gauge',
    labels: [],
    help: '1 while each line of the ledger follows from the lines before, 0 otherwise; absent before the first check.'
  },
  ticketBreakerOpen: {
    name: 'reenroll_ticket_breaker_open',
    type: 'gauge',
    labels: ['target'],
    help: '1 while this replica leaves a ticket system alone that has failed, until a call works again.'
  },
  configInfo: {
    name: 'reenroll_config_info',
    type: 'gauge',
    labels: ['hash', 'mode'],
    help: 'Always 1; says which policy is in force, by the beginning of its hash, and under which ceiling.'
  },
  canaries: {
    name: 'reenroll_canaries_total',
    type: 'counter',
    labels: ['result'],
    help: 'Deliveries of our own through the public address, by how sending ended; completed: its case closed itself.'
  },
  canaryAge: {
    name: 'reenroll_canary_age_seconds',
    type: 'gauge',
    labels: [],
    help: 'Time since a canary last came all the way, or since the start; absent while none are sent.'
  },
  canaryInterval: {
    name: 'reenroll_canary_interval_seconds',
    type: 'gauge',
    labels: [],
    help: 'How often a canary is sent; absent while none are sent.'
  },
  dutyHeld: {
    name: 'reenroll_duty_held',
    type: 'gauge',
    labels: ['duty'],
    help: '1 on the replica that does what only one does at a time.'
  }
} as const satisfies Record<string, MetricRow>
