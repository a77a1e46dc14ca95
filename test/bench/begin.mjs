/** Loads a file of this folder as `main.mjs` loads the service: under the same terms for the whole process. */
import '../../src/app/process-setup.mjs'

await import(process.argv[2])
