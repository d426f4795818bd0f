import { createHash } from 'node:crypto'
import type { Elasticity, Fleet } from '../domain/fleet.ts'
import type { StaticHostConfig } from '../providers/static/schema.ts'
import type { ElasticFleetConfig, FleetConfig } from './schema/root.ts'

/** The hosts of a fleet that are given by hand; none where machines come and go. */
export function givenHosts(settings: FleetConfig): readonly StaticHostConfig[] {
  return settings.provider === 'static' ? settings.hosts : []
}

/** The fleet as planner and reconciler know it, whichever its provider. */
export function fleetOf(settings: FleetConfig): Fleet {
  const { name, provider, os, trust, reserve, limits } = settings
  const common = {
    name,
    provider,
    os,
    zone: trust,
    reserve: { milliCpu: reserve.cpu, memory: reserve.memory, disk: reserve.disk },
  }
  if (settings.provider === 'static') {
    const unlimited = { ...limits, machines: Infinity, machinesPerHour: Infinity }
    return { ...common, limits: unlimited, burst: { cpu: 1 }, spread: 'none' }
  }
  return {
    ...common,
    limits: { ...settings.limits, machinesPerHour: settings.limits.machinesPerHour ?? Infinity },
    burst: settings.burst,
    spread: settings.spread,
    elastic: elasticityOf(settings),
  }
}

function elasticityOf(settings: ElasticFleetConfig): Elasticity {
  return {
    choose: settings.choose,
    warm: settings.warm,
    bootTimeoutMs: settings.bootTimeout,
    idleTimeoutMs: settings.idleTimeout,
    maxAgeMs: settings.maxAge,
    maxAgents: settings.maxAgents ?? Infinity,
    billing: settings.billing,
    ...(settings.minimumCharge !== undefined && { minimumChargeMs: settings.minimumCharge }),
    consolidate: settings.consolidate,
    driftBudget: settings.driftBudget,
    rerunEvicted: settings.rerunEvicted,
    template: createHash('sha256')
      .update(JSON.stringify([settings.provider, madeFrom(settings)]))
      .digest('hex')
      .slice(0, 12),
  }
}

/**
 * What tells an old machine from a new one. Sizes, zones and prices don't: a machine of any of them does the same work.
 */
function madeFrom(settings: ElasticFleetConfig): unknown {
  switch (settings.provider) {
    case 'docker': {
      const { image, bootstrap, engine } = settings
      return { image, bootstrap, engine }
    }
    case 'azure': {
      const { image, bootstrap, osDisk, subnetId, networkSecurityGroupId, publicIp, identity } = settings
      const { trustedLaunch, acceleratedNetworking, customScript, adminUsername, sshPublicKey, tags } = settings
      const place = { subnetId, networkSecurityGroupId, publicIp }
      return [
        image,
        bootstrap,
        osDisk,
        place,
        identity,
        trustedLaunch,
        acceleratedNetworking,
        customScript,
        adminUsername,
        sshPublicKey,
        tags,
      ]
    }
  }
}
