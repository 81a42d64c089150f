/**
 * Seals and opens one message in a process of its own and prints by how much the memory grew, as a multiple of the
 * attachment: `node bench/memory.js BYTES`.
 */

import { makeMessage, makeScene, open, seal } from './scene.js'

const bytes = Number(process.argv[2])
const scene = await makeScene()
await open(scene, await seal(scene, makeMessage(1000))) // keys and code are there
const message = makeMessage(bytes)

const peak = () => process.resourceUsage().maxRSS * 1024
const before = peak()
const raw = await seal(scene, message)
const sealed = peak()
await open(scene, raw)
const opened = peak()
const growth = (/** @type {number} */ to) => Number(((to - before) / bytes).toFixed(1))
console.log(JSON.stringify({ seal: growth(sealed), sealAndOpen: growth(opened) }))
