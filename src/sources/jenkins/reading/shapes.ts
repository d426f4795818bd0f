import { z } from 'zod'

/*
 * What the controller answers, as far as it is used. Everything may be missing: of what the user may not see, in older
 * versions, and in tasks of plug-ins.
 */

const itemSchema = z.object({
  _class: z.string().nullish(),
  id: z.union([z.number(), z.string()]).transform(String).nullish(),
  why: z.string().nullish(),
  blocked: z.boolean().nullish(),
  buildable: z.boolean().nullish(),
  params: z.string().nullish(),
  /** When its quiet period ends, by the controller's clock. */
  timestamp: z.number().nullish(),
  /** When the quiet period had ended. */
  buildableStartMilliseconds: z.number().nullish(),
  task: z.object({ url: z.string().nullish(), labelExpression: z.string().nullish() }).nullish(),
})

const executableSchema = z.object({
  url: z.string().nullish(),
  number: z.number().nullish(),
  queueId: z.number().nullish(),
  timestamp: z.number().nullish(),
})

const executorsSchema = z.array(z.object({ currentExecutable: executableSchema.nullish() })).nullish()

const computerSchema = z.object({
  displayName: z.string(),
  description: z.string().nullish(),
  idle: z.boolean().nullish(),
  offline: z.boolean().nullish(),
  temporarilyOffline: z.boolean().nullish(),
  assignedLabels: z.array(z.object({ name: z.string() }).nullable()).nullish(),
  executors: executorsSchema,
  oneOffExecutors: executorsSchema,
})

const buildSchema = z.object({
  url: z.string().nullish(),
  number: z.number().nullish(),
  queueId: z.number().nullish(),
  timestamp: z.number().nullish(),
  building: z.boolean().nullish(),
  result: z.string().nullish(),
  builtOn: z.string().nullish(),
})

export type QueueItem = z.output<typeof itemSchema>
export type Executable = z.output<typeof executableSchema>
export type Computer = z.output<typeof computerSchema>
export type Build = z.output<typeof buildSchema>

export const QUEUE_PATH =
  'queue/api/json?tree=items[id,why,blocked,buildable,params,timestamp,buildableStartMilliseconds,task[url,labelExpression]]'
export const queueSchema = z.object({ items: z.array(itemSchema).nullish() })

const EXECUTABLE = '[currentExecutable[url,number,queueId,timestamp]]'
export const COMPUTERS_PATH =
  'computer/api/json?tree=computer[displayName,description,idle,offline,temporarilyOffline,assignedLabels[name],' +
  `executors${EXECUTABLE},oneOffExecutors${EXECUTABLE}]`
export const computersSchema = z.object({ computer: z.array(computerSchema).nullish() })

/** Whether any job can be seen at all. */
export const JOBS_PATH = 'api/json?tree=jobs[name]{0,1}'
export const jobsSchema = z.object({ jobs: z.array(z.object({})).nullish() })

const BUILD_FIELDS = 'url,number,queueId,timestamp,building,result,builtOn'
export const BUILDS_QUERY = `api/json?tree=builds[${BUILD_FIELDS}]{0,50}`
export const buildsSchema = z.object({ builds: z.array(buildSchema).nullish() })
export const BUILD_QUERY = `api/json?tree=${BUILD_FIELDS}`
export { buildSchema }

/** One item asked for by its id: still in the queue, or just out of it. */
export const ITEM_QUERY =
  'api/json?tree=id,why,blocked,buildable,params,timestamp,buildableStartMilliseconds,cancelled,executable[url,number],task[url,labelExpression]'
export const oneItemSchema = itemSchema.extend({
  cancelled: z.boolean().nullish(),
  executable: executableSchema.nullish(),
})
export type OneItem = z.output<typeof oneItemSchema>
