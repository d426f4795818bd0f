import { createHmac } from 'node:crypto'
import type { Permission } from '../options.ts'
import type { Item, Node, Project } from '../records.ts'
import type { Estate } from '../work/estate.ts'
import type { Announcer } from '../work/happenings.ts'
import type { Work } from '../work/work.ts'
import { Answer } from './answer.ts'
import { page, type Gate } from './auth.ts'
import {
  computerShape,
  computersShape,
  itemShape,
  jobsShape,
  projectShape,
  queueShape,
  runShape,
  type ShapeOptions,
} from './shapes.ts'

export interface HandlerOptions {
  readonly estate: Estate
  readonly work: Work
  readonly announcer: Announcer
  readonly gate: Gate
  readonly system: 'jenkins' | 'hudson'
  readonly shape: () => ShapeOptions
  /** What agents are told to connect to. */
  readonly agentUrl: () => string
  readonly key: string
}

/** A request that was let in so far. */
export interface Request {
  readonly query: Readonly<Record<string, string>>
  readonly form: Readonly<Record<string, string>>
  demand(permission: Permission): void
}

export type Result = { readonly json: unknown } | { readonly text: string; readonly type: string } | Answer

export interface Route {
  readonly method: 'GET' | 'POST'
  /** Over the path below the controller's address. */
  readonly path: RegExp
  handle(request: Request, ...found: string[]): Result
}

/** What of the controller's addresses Slipway uses. */
export function routesOf(options: HandlerOptions): readonly Route[] {
  const { estate, shape, gate, system } = options
  const reading = (of: (...found: string[]) => unknown, permission: Permission = 'Overall/Read') => {
    return (request: Request, ...found: string[]): Result => {
      request.demand(permission)
      return { json: of(...found) }
    }
  }
  const maySeeJobs = (): boolean => gate.permissions.has('Job/Read')
  const routes: Route[] = [
    { method: 'GET', path: /^api\/json$/, handle: reading(() => ({ jobs: maySeeJobs() ? jobsShape(estate) : [] })) },
    { method: 'GET', path: /^queue\/api\/json$/, handle: reading(() => queueShape(shape(), maySeeJobs())) },
    { method: 'GET', path: /^computer\/api\/json$/, handle: reading(() => computersShape(shape())) },
    {
      method: 'GET',
      path: /^computer\/([^/]+)\/api\/json$/,
      handle: reading((name) => computerShape(nodeOf(estate, name), shape())),
    },
    {
      method: 'GET',
      path: /^(job\/.+\/)(\d+)\/api\/json$/,
      handle: reading((path, number) => ofRun(options, path, number), 'Job/Read'),
    },
    {
      method: 'GET',
      path: /^(job\/.+\/)api\/json$/,
      handle: reading((path) => projectShape(projectOf(estate, path), shape()), 'Job/Read'),
    },
    {
      method: 'GET',
      path: /^crumbIssuer\/api\/json$/,
      handle: (request) => {
        request.demand('Overall/Read')
        const { crumb, cookie } = gate.issue()
        const crumbRequestField = system === 'hudson' ? '.crumb' : 'Jenkins-Crumb'
        return new Answer(200, JSON.stringify({ crumb, crumbRequestField }), {
          'content-type': 'application/json',
          'set-cookie': cookie,
        })
      },
    },
    ...nodeRoutes(options),
  ]
  if (system === 'jenkins') {
    routes.push({
      method: 'GET',
      path: /^queue\/item\/(\d+)\/api\/json$/,
      handle: reading((id) => itemShape(itemOf(estate, id), shape())),
    })
  }
  return routes
}

function nodeRoutes(options: HandlerOptions): readonly Route[] {
  const { estate, work, system } = options
  const administer = (permission: Permission): Permission => (system === 'hudson' ? 'Overall/Administer' : permission)
  const verb = (name: string, permission: Permission, run: (node: Node, request: Request) => void): Route => ({
    method: 'POST',
    path: new RegExp(`^computer/([^/]+)/${name}$`),
    handle: (request, found = '') => {
      const node = nodeOf(estate, found)
      request.demand(permission)
      run(node, request)
      return new Answer(302, '', { location: '.' })
    },
  })
  const setOffline = (node: Node, cause: string | undefined): void => {
    node.offlineCause = cause
    work.dispatch()
  }
  const secretFiles = system === 'hudson' ? 'slave-agent' : '(?:jenkins|slave)-agent'
  return [
    {
      method: 'POST',
      path: /^computer\/doCreateItem$/,
      handle: (request) => createNode(options, request, administer('Agent/Create')),
    },
    verb('toggleOffline', administer('Agent/Disconnect'), (node, { query }) =>
      setOffline(node, node.offlineCause === undefined ? (query['offlineMessage'] ?? '') : undefined),
    ),
    ...(system === 'jenkins'
      ? [
          verb('changeOfflineCause', 'Agent/Disconnect', (node, { query }) =>
            setOffline(node, query['offlineMessage'] ?? ''),
          ),
        ]
      : []),
    verb('doDelete', 'Agent/Delete', (node) => work.remove(node)),
    {
      method: 'GET',
      path: new RegExp(`^computer/([^/]+)/${secretFiles}\\.jnlp$`),
      handle: (request, name = '') => {
        const node = nodeOf(estate, name)
        request.demand(administer('Agent/Connect'))
        return { type: 'application/x-java-jnlp-file', text: jnlp(options, node) }
      },
    },
  ]
}

function createNode(options: HandlerOptions, request: Request, permission: Permission): Answer {
  const { estate, announcer, system, key } = options
  request.demand(permission)
  const name = request.query['name'] ?? ''
  if (name === '' || /[?*/\\%!@#$^&|<>[\]:;]/.test(name)) throw new Answer(400, page(`‘${name}’ is no good name`))
  if (estate.nodes.has(name)) throw new Answer(400, page(`Agent called ‘${name}’ already exists`))
  const form = JSON.parse(request.form['json'] ?? '{}') as Record<string, string>
  const launcher = Object(form['launcher']) as Record<string, string>
  if (launcher['stapler-class'] !== 'hudson.slaves.JNLPLauncher') throw new Answer(500, page('no launcher'))
  if (form['mode'] !== 'EXCLUSIVE' && form['mode'] !== 'NORMAL') throw new Answer(400, page('mode'))
  const node: Node = {
    name,
    description: form['nodeDescription'] ?? '',
    labels: labelsOf(form['labelString'] ?? ''),
    // The same for a name at all times; Hudson has one for all.
    secret: createHmac('sha256', key)
      .update(system === 'hudson' ? '' : name)
      .digest('hex'),
    exclusive: form['mode'] === 'EXCLUSIVE',
    connected: false,
    had: [],
  }
  estate.nodes.set(name, node)
  announcer.announce('node-made', { node })
  return new Answer(302, '', { location: '.' })
}

function labelsOf(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '',
  )
}

function jnlp({ agentUrl, system }: HandlerOptions, node: Node): string {
  const plain = system === 'hudson' ? [] : ['-webSocket', '-workDir', '/home/jenkins/agent', '-internalDir', 'remoting']
  const words = [node.secret, node.name, ...plain, '-url', `${agentUrl()}/`]
  const inner = `<application-desc>${words.map((word) => `<argument>${word}</argument>`).join('')}</application-desc>`
  return `<jnlp>${inner}</jnlp>`
}

function nodeOf(estate: Estate, name = ''): Node {
  const node = estate.nodes.get(decodeURIComponent(name))
  if (!node) throw new Answer(404, page('Not Found'))
  return node
}

function itemOf(estate: Estate, id = ''): Item {
  const item = estate.items.get(Number(id))
  if (!item) throw new Answer(404, page('Not Found'))
  return item
}

function projectOf(estate: Estate, path = ''): Project {
  const fullName = path
    .split(/job\//)
    .flatMap((name) => (name === '' ? [] : [decodeURIComponent(name.replace(/\/$/, ''))]))
    .join('/')
  const project = estate.projects.get(fullName)
  if (!project) throw new Answer(404, page('Not Found'))
  return project
}

function ofRun({ estate, shape }: HandlerOptions, path = '', number = ''): unknown {
  const run = projectOf(estate, path).runs.find((each) => each.number === Number(number))
  if (!run) throw new Answer(404, page('Not Found'))
  return runShape(run, shape())
}
