/** A small separate disk, to be filled and made read-only. Only root can mount one; otherwise these rounds are left out. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Disk {
  readonly folder: string
  /** Fills the disk completely. */
  fill(): void
  /** Frees the space. */
  free(): void
  /** No file may be open for writing at that time. */
  setReadOnly(on: boolean): void
  close(): void
}

/** Mounts it; null when this process may not. */
export function openDisk(megabytes: number): Disk | null {
  const folder = mkdtempSync(join(tmpdir(), 'reenroll-disk-'))
  chmodSync(folder, 0o755)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return null
  }
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder)
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize + bsize))
      } catch {
        // The disk is full, as intended.
      }
    },
    free: () => rmSync(ballast, { force: true }),
    setReadOnly: (on) => void execFileSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, folder]),
    close() {
      execFileSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Forbids or allows the process to write files; false when this machine has no `prlimit`. */
export function forbidWrites(pid: number, on: boolean): boolean {
  try {
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${on ? '0' : 'unlimited'}:unlimited`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
