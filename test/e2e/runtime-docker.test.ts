import { describeRuntime } from '../contracts/runtime.ts'
import { machineUnderTest } from './runtime/contract.ts'

describeRuntime('Docker', () => machineUnderTest())
