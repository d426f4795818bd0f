import type { DoctorFinding } from '../../../domain/ports/doctor.ts'

/** A finding whose subject the caller adds. */
export type Remark = Omit<DoctorFinding, 'about'>
