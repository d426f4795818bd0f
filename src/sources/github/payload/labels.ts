const SYSTEMS = ['linux', 'windows', 'macos']
const ARCHITECTURES = ['x64', 'x86', 'arm64', 'arm']
/** GitHub's limit for one runner. */
const MOST = 100

/**
 * The labels that a runner registers with. GitHub adds none by itself to a just-in-time runner, so those that workflows
 * commonly ask for are sent too: `self-hosted`, and system and architecture unless the pool's labels name others.
 */
export function runnerLabels(labels: readonly string[]): string[] {
  const seen = new Set(labels.map((label) => label.toLowerCase()))
  const implied = [
    ...(seen.has('self-hosted') ? [] : ['self-hosted']),
    ...(SYSTEMS.some((system) => seen.has(system)) ? [] : ['Linux']),
    ...(ARCHITECTURES.some((architecture) => seen.has(architecture)) ? [] : ['X64']),
  ]
  const unique = new Map([...labels, ...implied].map((label) => [label.toLowerCase(), label]))
  return [...unique.values()].slice(0, MOST)
}
