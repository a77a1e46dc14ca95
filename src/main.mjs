#!/usr/bin/env node
/**
 * Where the process starts. `main.ts` is a symbolic link to this file: Node before 22 refuses to read any .ts file and would
 * answer `node src/main.ts` with a stack trace, but it follows the link first and reads this one. So this file is plain
 * JavaScript that old versions understand too, and everything else is loaded after the check.
 */
const needed = 24

if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `Reenroll needs Node.js ${needed} or newer; this is ${process.versions.node}. ` +
      'In a checkout, npm ci installs the right one beside it: run "npm start" or "npx node src/main.ts <command>".'
  )
  process.exitCode = 1
} else {
  import('./app/process-setup.mjs').then(() => import('./cli/run.ts')).then((cli) => cli.run(process.argv))
}
