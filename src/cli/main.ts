#!/usr/bin/env node
import { run } from './run.js'

const terminal = { print: (text: string) => void process.stdout.write(text), clock: Date.now }
process.exitCode = await run(process.argv.slice(2), terminal, (text) => void process.stderr.write(text))
