#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { run } from './run.js'

const terminal = {
  print: (output: string | Uint8Array) => void process.stdout.write(output),
  read: () => new Uint8Array(readFileSync(process.stdin.fd)),
  clock: Date.now,
  environment: process.env,
}

// Whoever reads what is printed may stop early: `direct-smime … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await run(process.argv.slice(2), terminal, (text) => void process.stderr.write(text))
