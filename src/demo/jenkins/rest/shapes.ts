import type { Item, Node, Project, Run } from '../records.ts'
import type { Estate } from '../work/estate.ts'
import { whyOf, type WhyOptions } from '../work/why.ts'

export interface ShapeOptions extends WhyOptions {
  readonly url: string
}

/** Items of jobs that the user may not read are left out. */
export function queueShape(options: ShapeOptions, maySeeJobs: boolean) {
  const items = maySeeJobs ? options.estate.inQueue() : []
  return { _class: 'hudson.model.Queue', items: items.map((item) => itemShape(item, options)) }
}

export function jobsShape(estate: Estate) {
  return [...estate.projects.values()].map(({ fullName }) => ({ name: fullName }))
}

export function itemShape(item: Item, options: ShapeOptions) {
  const { system, now } = options
  const rests = item.buildableAt > now
  const common = {
    blocked: item.blocked,
    buildable: !rests && !item.blocked,
    stuck: false,
    params: item.params,
    why: item.state === 'queued' ? whyOf(item, options) : null,
    ...(rests ? { timestamp: item.buildableAt } : { buildableStartMilliseconds: item.buildableAt }),
    task: taskShape(item, options),
  }
  if (system === 'hudson') return common
  const left = item.state !== 'queued'
  const kind = left ? 'LeftItem' : rests ? 'WaitingItem' : item.blocked ? 'BlockedItem' : 'BuildableItem'
  return {
    _class: `hudson.model.Queue$${kind}`,
    id: item.id,
    inQueueSince: item.since,
    url: `queue/item/${item.id}/`,
    ...common,
    ...(left && { cancelled: item.state === 'cancelled', executable: item.executed && runRef(item.executed, options) }),
  }
}

/** A step shows nothing of its label; a project its label as written, but not on Hudson. */
function taskShape(item: Item, options: ShapeOptions) {
  const { project, run } = item
  if (run)
    return {
      _class: 'org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$PlaceholderTask',
      name: `part of ${project.fullName.replaceAll('/', ' » ')} #${run.number}`,
      fullDisplayName: `part of ${project.fullName.replaceAll('/', ' » ')} #${run.number}`,
      url: runPath(run),
    }
  return {
    ...(options.system === 'jenkins' && {
      _class: 'hudson.model.FreeStyleProject',
      labelExpression: project.label ?? null,
    }),
    name: project.fullName.split('/').at(-1),
    url: `${options.url}/${projectPath(project)}`,
  }
}

export function computersShape(options: ShapeOptions) {
  const own = { displayName: 'Built-In Node', description: 'the Jenkins controller', idle: true, offline: false }
  const builtIn = { ...own, temporarilyOffline: false, assignedLabels: [{ name: 'built-in' }], executors: [] }
  const nodes = [...options.estate.nodes.values()].map((node) => computerShape(node, options))
  return { _class: 'hudson.model.ComputerSet', computer: [builtIn, ...nodes] }
}

export function computerShape(node: Node, options: ShapeOptions) {
  const { running } = node
  const shape = {
    displayName: node.name,
    idle: !running,
    offline: !node.connected || node.offlineCause !== undefined,
    temporarilyOffline: node.offlineCause !== undefined,
    offlineCauseReason: node.offlineCause ?? '',
    numExecutors: 1,
    executors: [{ currentExecutable: running ? executableShape(running.run, options) : null }],
  }
  if (options.system === 'hudson') return shape
  return {
    _class: 'hudson.slaves.SlaveComputer',
    ...shape,
    description: node.description,
    assignedLabels: [...node.labels, node.name].map((name) => ({ name })),
  }
}

/** A step shows less of itself than a build does. */
function executableShape(run: Run, options: ShapeOptions) {
  const { number, timestamp, queueId } = run
  const url = `${options.url}/${runPath(run)}`
  if (run.kind === 'pipeline') return { number, timestamp, url }
  return { number, timestamp, url, ...(options.system === 'jenkins' && { queueId }) }
}

export function projectShape(project: Project, options: ShapeOptions) {
  return { name: project.fullName, builds: project.runs.slice(0, 100).map((run) => runShape(run, options)) }
}

export function runShape(run: Run, options: ShapeOptions) {
  const { number, timestamp, building, result, queueId } = run
  return {
    ...runRef(run, options),
    number,
    timestamp,
    building,
    result,
    ...(options.system === 'jenkins' && { queueId }),
    ...(run.kind === 'freestyle' && { builtOn: run.builtOn }),
  }
}

function runRef(run: Run, options: ShapeOptions) {
  const kind =
    run.kind === 'freestyle' ? 'hudson.model.FreeStyleBuild' : 'org.jenkinsci.plugins.workflow.job.WorkflowRun'
  return { _class: kind, number: run.number, url: `${options.url}/${runPath(run)}` }
}

function projectPath(project: Project): string {
  return `${project.fullName
    .split('/')
    .map((name) => `job/${encodeURIComponent(name)}`)
    .join('/')}/`
}

export function runPath(run: Run): string {
  return `${projectPath(run.project)}${run.number}/`
}
