/**
 * Loaded before a service (`--import`): each `SIGWINCH` blocks its event loop, as a long computation would.
 * (`SIGUSR2` would end the service, like most signals.)
 */
const STALL_MS = 1_500

process.on('SIGWINCH', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS)
})
