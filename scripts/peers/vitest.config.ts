import { defineConfig } from 'vitest/config'
import { HouseReporter } from '../house-reporter.js'

// Apart from the other tests, since it takes programs that few machines have, and two minutes.
export default defineConfig({
  test: {
    name: 'peers',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/peers/*.peers.ts'],
    reporters: ['default', new HouseReporter()],
    disableConsoleIntercept: true,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
