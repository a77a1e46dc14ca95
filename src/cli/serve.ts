/** `serve`: the service. */
import { flushCompileCache } from 'node:module'
import closeWithGrace from 'close-with-grace'
import type { Command } from 'commander'
import type { ChangePolicy } from '../api/runtime-controls.ts'
import type { ServiceOptions } from '../app/service.ts'
import type { CliIo } from './io.ts'
import { loadSettingsAndPolicy, policyTextOf } from './load.ts'

/** Time for work in progress to finish after the first signal; Kubernetes allows 30 s by default. */
const GRACE_MS = 20_000

export function addServeCommand(program: Command, io: CliIo): void {
  program
    .command('serve')
    .description('Run the service: event hook, worker, API and metrics. Settings come from the environment and .env.')
    .action(() => serve(io))
}

/** Starts the service in this process, until a signal ends it. */
export async function serve(io: CliIo, logLevel: ServiceOptions['logLevel'] = 'info'): Promise<void> {
  const { settings, policy, warnings } = await loadSettingsAndPolicy(io.env)
  for (const warning of warnings) io.err(`Warning: ${warning}`)
  const { openStore } = await import('../store/open.ts')
  const { announceAddress, withdrawAddress } = await import('../store/sqlite/address-file.ts')
  // The store opens while the code of the service is loaded.
  const [store, { startService }] = await Promise.all([
    openStore(settings.storeUrl, settings.storeAccess),
    import('../app/service.ts')
  ])
  const stopping = new AbortController()
  const starting = startService({ settings, policy, store, logLevel, signal: stopping.signal })
  // A second signal ends the process at once; what was acknowledged is on disk and resumes after the next start.
  closeWithGrace(
    { delay: GRACE_MS, skip: ['SIGHUP'], logger: { error: (...parts) => io.err(parts.map(String).join(' ')) } },
    async (why) => {
      io.err(why.err ? `Stopping after an internal error: ${why.err.stack}` : `Stopping on ${why.signal}.`)
      stopping.abort()
      const service = await starting.catch(() => null)
      withdrawAddress(settings.storeUrl)
      await service?.close()
    }
  )
  process.on('SIGHUP', async () => {
    const service = await starting.catch(() => null)
    if (service) await reloadPolicy(io, service.changePolicy).catch((error) => io.err(`SIGHUP: ${error.message}`))
  })
  const service = await starting.catch((error) => {
    if (!stopping.signal.aborted) throw error
  })
  if (!service) return
  announceAddress(settings.storeUrl, service.opsUrl)
  // The log on standard output is JSON; people read this line.
  io.err(`Reenroll is up in mode ${settings.mode}. Event hook: ${service.hookUrl}  API and metrics: ${service.opsUrl}`)
  // Otherwise only processes that end normally would leave to the next one what they have compiled.
  flushCompileCache()
}

/** Puts the policy file into force as it is now. Settings are read at the start only. */
async function reloadPolicy(io: CliIo, changePolicy: ChangePolicy): Promise<void> {
  const path = io.env.REENROLL_POLICY_FILE?.trim()
  if (!path) return io.err('SIGHUP: REENROLL_POLICY_FILE is not set, so there is no policy to load.')
  const { reportOfChange } = await import('./policy.ts')
  const change = await changePolicy({ text: policyTextOf(path, 'REENROLL_POLICY_FILE'), by: 'SIGHUP', dryRun: false })
  for (const line of reportOfChange(change, false)) io.err(`SIGHUP: ${line}`)
  for (const fault of change.faults) io.err(`SIGHUP: ${path} is not in force. ${fault}`)
}
