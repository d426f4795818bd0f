/** Integers: thousandths of a CPU, bytes of memory and of disk. */
export interface Resources {
  readonly milliCpu: number
  readonly memory: number
  readonly disk: number
}

export const noResources: Resources = { milliCpu: 0, memory: 0, disk: 0 }

export function addResources(a: Resources, b: Resources): Resources {
  return { milliCpu: a.milliCpu + b.milliCpu, memory: a.memory + b.memory, disk: a.disk + b.disk }
}

export function subtractResources(a: Resources, b: Resources): Resources {
  return { milliCpu: a.milliCpu - b.milliCpu, memory: a.memory - b.memory, disk: a.disk - b.disk }
}

export function fitsWithin(wanted: Resources, room: Resources): boolean {
  return wanted.milliCpu <= room.milliCpu && wanted.memory <= room.memory && wanted.disk <= room.disk
}
