export { LeaseLostError, StoppedError } from './errors';
export { Leasing, type LeasingOptions } from './leasing';
export type { LeasedJob, LeaseStore } from './lease-store';
