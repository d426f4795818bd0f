/** `npm run dashboards`: writes config/grafana/dashboards anew. A test fails while they are out of date. */
import { writeFileSync } from 'node:fs'
import { toDashboard } from './build.ts'
import { dashboardFile, dashboardText, dashboards } from './index.ts'

for (const spec of dashboards) {
  writeFileSync(dashboardFile(spec), dashboardText(toDashboard(spec)))
  process.stdout.write(`${dashboardFile(spec)}\n`)
}
