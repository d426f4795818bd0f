import { readFile } from 'node:fs/promises'

/** USER_HZ, which /proc counts processor time in. */
const ticksPerSecond = 100

/** User and system time of a process; the fields are counted behind the program's name, which may hold blanks. */
export async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
