import type { Command } from 'commander'
import { jsonSchema } from '../../config/index.ts'
import { withJson, type Context } from '../context.ts'

export function addSchema(program: Command, { io }: Context): void {
  withJson(program.command('schema'))
    .description('JSON Schema of the configuration, for editors')
    .action(() => {
      // One form only, so that a file made from it is the same everywhere.
      io.stdout.write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`)
    })
}
