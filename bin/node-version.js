/**
 * Loaded before anything else, in syntax that any Node understands: on a Node that is too old everything after this
 * would fail with a message that helps nobody.
 */
const NEEDED = [22, 19]

const [major, minor] = process.versions.node.split('.').map(Number)

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `Slipway needs Node ${NEEDED.join('.')} or newer; this is ${process.version} (${process.execPath}).\n` +
      'In a checkout, `npm ci` puts Node 24 into node_modules and `npm run` and `npm test` use it. If it is not there, ' +
      'npm was told not to run the install script of the package `node`: `npm rebuild node` mends that.\n',
  )
  process.exit(1)
}
