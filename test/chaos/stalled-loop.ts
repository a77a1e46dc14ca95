/**
 * Loaded before a service (`--import`): at each `SIGWINCH` its event loop stands still, as under a computation too long.
 * (`SIGUSR2` would end the service, as most signals do.)
 */
const STALL_MS = 1_500

process.on('SIGWINCH', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS)
})
