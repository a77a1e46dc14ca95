/** The messages between the main thread and the thread that owns the database file. */
import type { Replies } from './batch.ts'
import type { Call } from './ops.ts'

export type ToWorker = { readonly kind: 'batch'; readonly calls: readonly Call[] } | { readonly kind: 'close' }

export type FromWorker =
  | { readonly kind: 'ready' }
  /** The file cannot be used; the sentence says what to do. */
  | { readonly kind: 'refused'; readonly because: string }
  | ({ readonly kind: 'replies' } & Replies)
