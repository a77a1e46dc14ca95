/**
 * Where the store's thread starts. What the main thread has compiled, types stripped, is kept by `main.mjs`; a thread has to
 * ask for that anew, and before it loads any TypeScript, so this file is plain JavaScript.
 */
import { enableCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

if (workerData.compiledIn !== null) enableCompileCache(workerData.compiledIn)
await import('./sqlite-worker.ts')
