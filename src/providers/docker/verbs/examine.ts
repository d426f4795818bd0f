import type { DoctorFinding } from '../../../domain/ports/doctor.ts'
import { fleetNamed, type Context } from '../context.ts'
import { deadlines, within } from '../host.ts'

export async function examine(context: Context, fleetName: string): Promise<readonly DoctorFinding[]> {
  const fleet = fleetNamed(context, fleetName)
  const host = context.engineAt(fleet.engine)
  const about = `fleet ${fleet.name}`
  const info = await within(context, deadlines.examine, `asking the engine ${fleet.engine}`, (abortSignal) =>
    host.docker.info({ abortSignal }),
  )
  const findings: DoctorFinding[] = [
    { about, level: 'ok', finding: `the engine ${fleet.engine} answers, version ${info.ServerVersion}` },
  ]
  if (info.OSType !== 'linux') {
    const mend = 'switch the engine to Linux containers'
    findings.push({ about, level: 'error', finding: `it runs ${info.OSType} containers, machines are Linux`, mend })
  }
  if (info.SecurityOptions?.some((option) => option.includes('rootless'))) {
    const mend = 'use an engine that runs as root'
    findings.push({ about, level: 'warning', finding: 'it is rootless, where engines in containers may fail', mend })
  }
  for (const { name, cpu, memory } of fleet.sizes) {
    if (cpu <= info.NCPU * 1000 && memory <= info.MemTotal) continue
    const mend = 'agents on it compete for what the host has; make it smaller unless that is meant'
    findings.push({ about, level: 'warning', finding: `a machine of the size ${name} is larger than the host`, mend })
  }
  return [...findings, { about, ...(await context.images.examine(host, fleet.image)) }]
}
