/** What stopped a command, as sentences for a person. Only a fault of our own shows its stack. */
import { StoreRefused, StoreUnavailable } from '../store/store.ts'
import { CommandFailed } from './io.ts'

/** The lines for standard error. */
export function sentencesOf(error: unknown): readonly string[] {
  if (error instanceof CommandFailed) return error.sentences
  if (error instanceof StoreRefused || error instanceof StoreUnavailable) return [error.message]
  const listening = listenFault(error)
  if (listening !== null) return [listening]
  return [`Reenroll stopped because of a fault of its own: ${error instanceof Error ? error.stack : String(error)}`]
}

/** Why a listener could not be opened, with what to change. */
function listenFault(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null
  if (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo') return null
  const port = 'port' in error ? String(error.port) : '?'
  const host = 'address' in error ? String(error.address) : 'hostname' in error ? String(error.hostname) : '?'
  const settings = 'REENROLL_HOOK_PORT or REENROLL_OPS_PORT'
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use. Stop the process that uses it, or set ${settings} to another port.`
  }
  if (error.code === 'EACCES') {
    return `Port ${port} on ${host} needs more rights than this process has. Set ${settings} to 1024 or above.`
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return `${host} is no address of this machine. Set REENROLL_HOOK_HOST or REENROLL_OPS_HOST to one, or to 0.0.0.0.`
  }
  return null
}
