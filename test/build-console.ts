/**
 * `npm run build:console`: src/server/dashboard → dist/console, the pages that the admin listener serves, each file with
 * its compressed ones beside it. Runs at install too, so that a clone has them.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const ROOT = 'src/server/dashboard'
const TARGET = 'dist/console'

await main()

async function main(): Promise<void> {
  const vite = await bundler()
  if (!vite) {
    console.error('The web console is not built: vite is a development dependency and not installed here.')
    return
  }
  await vite.build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: `../../../${TARGET}`,
      emptyOutDir: true,
      target: ['chrome123', 'firefox120', 'safari17.5'],
      // Under `script-src 'self'; style-src 'self'` nothing may be inlined, and one file of each loads quickest.
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      license: { fileName: 'licences.md' },
    },
  })
  compressAll()
}

/** Undefined where it isn't installed: who leaves out development dependencies has the package, with the pages in it. */
async function bundler() {
  try {
    return await import('vite')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

function compressAll(): void {
  for (const file of globSync(`${TARGET}/**/*.{html,js,css,svg}`)) {
    const bytes = readFileSync(file)
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
    writeFileSync(`${file}.br`, brotliCompressSync(bytes))
  }
}
