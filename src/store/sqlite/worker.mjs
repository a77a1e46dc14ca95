/**
 * Where the store's thread starts. The main thread's cache of compiled modules is enabled per thread, before any TypeScript
 * is loaded, so this file is plain JavaScript.
 */
import { enableCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

if (workerData.compiledIn !== null) enableCompileCache(workerData.compiledIn)
await import('./worker.ts')
