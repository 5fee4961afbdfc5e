import { spawnSync } from 'node:child_process'

/** Installs packages of Debian's, where we may. */
export function aptInstall(...packages: string[]): void {
  if (process.getuid?.() !== 0) return
  for (const args of [
    ['update', '-qq'],
    ['install', '-qq', '-y', '--no-install-recommends', ...packages],
  ]) {
    spawnSync('apt-get', args, { stdio: 'ignore', timeout: 300_000 })
  }
}
