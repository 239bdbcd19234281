export { findBinaries, type Binaries } from './binaries';
export { Cluster } from './cluster';
export {
  EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres';
export { EmbeddedPostgresError } from './errors';
export { freePort, isOpen } from './ports';
