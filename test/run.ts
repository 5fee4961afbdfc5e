/**
 * Runs every test, after getting what they need and is not there yet. Tests whose needs cannot be
 * met are skipped and named; with CI set that is a failure.
 *
 * Usage: npm test [-- vitest's arguments, such as folders of tests]
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isAskedFor, testFiles } from './asked-for.ts'
import buildIfMissing from './build.ts'
import { findChromium, installChromium } from './chromium.ts'
import { customScheme } from './engines/custom-scheme.ts'
import { engines } from './engines/index.ts'
import { installExamples } from './examples/install.ts'
import { type Room, rooms } from './rooms.ts'

/** Gets what a room needs; gives a sentence on what to do where that fails. */
const setUps: Record<Room['needs'], () => Promise<string | undefined>> = {
  nothing: async () => undefined,
  chromium: setUpChromium,
  examples: setUpExamples,
  training: setUpTraining,
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const args = process.argv.slice(2)
const inCI = !['', 'false', '0', undefined].includes(process.env.CI)

buildIfMissing()
const skipped: { room: Room; reason: string }[] = []
for (const room of rooms.filter((room) => isAskedFor(room, args))) {
  const reason = await setUps[room.needs]()
  if (reason) skipped.push({ room, reason })
}
const missing = rooms.some((room) => room.needs === 'chromium' && isAskedFor(room, args))
  ? missingEngines()
  : []
for (const { name, advice } of missing) {
  console.error(
    `${inCI ? 'Failed' : 'Skipped'}: the tests in ${name}, which is not there. ${advice}.`,
  )
}
for (const { room, reason } of skipped) {
  console.error(`${inCI ? 'Failed' : 'Skipped'}: ${reason}`)
  for (const name of testNames(room)) console.error(`  - ${name}`)
}
const status = runTests()
process.exitCode = inCI && skipped.length + missing.length > 0 ? 1 : status

async function setUpChromium(): Promise<string | undefined> {
  if (findChromium()) return undefined
  console.error('Fetching a Chromium for the browser tests …')
  if (installChromium()) return undefined
  return 'no Chromium was found or could be fetched. Install one (Debian: apt-get install chromium) or name it in CHROMIUM_PATH.'
}

async function setUpExamples(): Promise<string | undefined> {
  const missing = await setUpChromium()
  if (missing) return missing
  console.error('Installing what the examples need …')
  try {
    await installExamples()
  } catch (error) {
    return `the examples' packages cannot be installed. ${error instanceof Error ? error.message : error}`
  }
}

/** Further browsers, whose tests vitest skips by itself where they cannot be had. */
function missingEngines() {
  const others = [...engines.filter(({ name }) => name !== 'Chromium'), customScheme]
  for (const engine of others.filter((engine) => !engine.isThere())) {
    console.error(`Fetching ${engine.name} for the browser tests …`)
    engine.install()
  }
  return others.filter((engine) => !engine.isThere())
}

async function setUpTraining(): Promise<string | undefined> {
  let said = ''
  const status = await new Promise((resolve) => {
    const child = spawn(process.execPath, ['train/setup.mjs'], { stdio: ['ignore', 2, 'pipe'] })
    child.stderr?.on('data', (chunk) => {
      said += chunk
      process.stderr.write(chunk)
    })
    child.on('close', resolve)
  })
  if (status === 0) return undefined
  // Its progress was shown as it came: what failed comes last.
  const [, failure = said] = said.match(/^.*^train: (.+)$/ms) ?? []
  return `the training environment is not there. ${failure.trim()}`
}

/** The names of a room's tests, as they stand in its files: those can't be loaded. */
function testNames(room: Room): string[] {
  return testFiles(room).flatMap((file) => {
    const names = readFileSync(file, 'utf8').matchAll(
      /(?:^\s*(?:test|it)(?:\.\w+)?|^\s*\]\))\(\s*(['"`])(.+?)\1/gm,
    )
    return Array.from(names, ([, , name]) => `${file} > ${name}`)
  })
}

/** Runs vitest; its counts are the last line of the output, and lie in .cache/tests.txt. */
function runTests(): number {
  const results = '.cache/tests.json'
  rmSync(results, { force: true })
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results}`,
      ...(skipped.length > 0 ? ['--passWithNoTests'] : []),
      ...args,
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        CHROMIUM_PATH: findChromium() ?? '',
        UNDERTONE_TESTS_WITHOUT: skipped.map(({ room }) => room.needs).join(),
      },
    },
  )
  if (!existsSync(results)) return status || 1
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(results, 'utf8'),
  )
  // A file that does not even load has no failed test in it.
  const broken = testResults.filter(
    ({ status, assertionResults }: { status: string; assertionResults: { status: string }[] }) =>
      status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
  ).length
  const failed = numFailedTests + broken
  const left = skipped.flatMap(({ room }) => testNames(room)).length
  const counts = `${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests + left} skipped`
  mkdirSync('.cache', { recursive: true })
  writeFileSync('.cache/tests.txt', `${counts}\n`)
  console.log(counts)
  return status || (failed > 0 ? 1 : 0)
}
