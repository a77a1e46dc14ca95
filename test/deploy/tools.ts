/** Tools of other projects that some tests run when the machine has them. */
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

export interface Tool {
  /** Null: not here. */
  readonly path: string | null
  /** For tap: false, or why the test cannot run. */
  readonly skip: string | false
}

/** `NAME_PATH` wins over what the PATH has. */
export function findTool(name: string): Tool {
  const given = process.env[`${name.toUpperCase()}_PATH`]
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  const path = given ?? places.find(isExecutable) ?? null
  return { path, skip: path === null && `${name} is not installed; set ${name.toUpperCase()}_PATH` }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const run = promisify(execFile)

/** Runs a tool to its end; `said` is all that it printed. `input` is what it reads from its standard input. */
export async function runTool(tool: Tool, args: readonly string[], input = ''): Promise<{ ok: boolean; said: string }> {
  if (tool.path === null) return { ok: false, said: String(tool.skip) }
  try {
    const running = run(tool.path, [...args], { maxBuffer: 16 * 1024 * 1024 })
    running.child.stdin?.end(input)
    const { stdout, stderr } = await running
    return { ok: true, said: `${stdout}${stderr}` }
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    return { ok: false, said: `${stdout}${stderr}${message}` }
  }
}
