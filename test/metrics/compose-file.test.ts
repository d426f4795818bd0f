import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Service {
  readonly image?: string
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  readonly profiles?: readonly string[]
}

const { services, volumes } = read('docker-compose.yml') as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}

function read(file: string): unknown {
  return parse(readFileSync(file, 'utf8'))
}

describe('docker-compose.yml', () => {
  it('brings the service, Prometheus and Grafana; Alertmanager where it is asked for', () => {
    const asked = Object.entries(services).map(([name, { profiles = [] }]) => [name, ...profiles])
    expect(asked).toEqual([['slipway'], ['prometheus'], ['grafana'], ['alertmanager', 'alertmanager']])
  })

  it('mounts what is there, and names no registry', () => {
    for (const { image = '', volumes: mounts } of Object.values(services)) {
      expect(image.replace(/^\$\{\w+:-/, '')).not.toMatch(/^[^/]*[.:][^/]*\//)
      for (const [from = ''] of mounts.map((mount) => mount.split(':'))) {
        const known = from in volumes || from === './slipway.yaml' || from.startsWith('/var/run/') || existsSync(from)
        expect(known, from).toBe(true)
      }
    }
  })

  it('shows nobody but the host what has no login', () => {
    const open = Object.values(services).flatMap(({ ports }) => ports.filter((port) => !port.startsWith('127.0.0.1:')))
    expect(open).toEqual(['8080:8080'])
  })

  it('agrees with what Prometheus and Grafana are told', () => {
    const prometheus = read('config/prometheus/prometheus.yml') as {
      scrape_configs: { static_configs: { targets: string[] }[] }[]
    }
    const targets = prometheus.scrape_configs.flatMap((job) => job.static_configs.flatMap((one) => one.targets))
    expect(targets).toEqual(['slipway:8081'])
    const sources = read('config/grafana/provisioning/datasources/prometheus.yml') as {
      datasources: { url: string }[]
    }
    expect(sources.datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090'])
    const boards = read('config/grafana/provisioning/dashboards/slipway.yml') as {
      providers: { options: { path: string } }[]
    }
    for (const { options } of boards.providers)
      expect(services['grafana']?.volumes).toContain(`./config/grafana/dashboards:${options.path}:ro`)
  })
})
