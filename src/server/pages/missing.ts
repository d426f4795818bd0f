/** Shown where the console has not been built. It needs no script and no style. */
export const missingPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slipway</title>
<h1>Slipway runs; its console is not built</h1>
<p>In the folder of the program run <code>npm run build:console</code>, then load this page again.</p>
<p>Meanwhile <code>slipway status</code> and <a href="/api/openapi.json">the API</a> answer.</p>
</html>
`
