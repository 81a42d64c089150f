import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { HouseReporter } from './scripts/house-reporter.js'

const src = fileURLToPath(new URL('./src', import.meta.url))

// Examples and guides import the package by its name; here that name means the sources.
const resolve = {
  alias: [
    { find: /^direct-smime$/, replacement: `${src}/index.ts` },
    { find: /^direct-smime\/([a-z0-9]+)$/, replacement: `${src}/$1/index.ts` },
  ],
}

// Rooms whose tests run in both projects, save those named *.node.test.ts: they need files, openssl or python.
const roomsOfBoth =
  'errors,verdict,bytes,asn1,mime,crypto,x509,cms,keys,smime,path,http,dns,discovery,trust,notification,tracking,agent,xdm,context,directory'

// A service on the loopback address, for tests that run in both.
const globalSetup = ['test/helpers/doh-server.node.ts']

// Chromium as root in a container, and silent: no update, no sync, no calls home.
const chromium = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

export default defineConfig({
  test: {
    reporters: ['default', new HouseReporter()],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    projects: [
      {
        resolve,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          globalSetup,
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts', `test/{${roomsOfBoth}}/**/*.test.ts`],
          exclude: ['**/*.node.test.ts'],
          globalSetup,
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            provider: playwright({ launchOptions: chromium }),
            instances: [{ browser: 'chromium' }],
            screenshotFailures: false,
          },
        },
      },
    ],
  },
})
