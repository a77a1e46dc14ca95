/**
 * What holds for the whole process, loaded before anything else: by `main.mjs`, and by whoever measures the service without
 * it. Plain JavaScript, since TypeScript that is loaded before the cache is there costs 20 MiB for good.
 */
import { enableCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

// Garbage is collected when it is as much as what lives; left alone, V8 waits for up to four times as much. The other half,
// the size of the young generation, can only be set from outside: `npm start` and the image do so. V8's own way to save
// memory (`--memory-saver-mode`) saves more, and cost a third of the intake or more with 100 connections. Before the cache: what was
// compiled counts only under the flags it was compiled with.
setFlagsFromString('--heap-growing-percent=100')

// What was compiled once, types stripped, is kept: half of the time to the first answer is compiling, and the compiler's
// own memory is not needed at all. Where nothing can be written, it is compiled anew.
enableCompileCache(new URL('../../node_modules/.cache/reenroll', import.meta.url).pathname)
