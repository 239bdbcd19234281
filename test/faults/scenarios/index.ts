import type { Scenario } from '../scenario';
import { noConnection } from './a01-no-connection';
import { databaseStalls, tableLocked } from './a02-database-hangs';
import { connectionsDropped } from './a03-connections-dropped';
import { dataDiskFull, diskFullAndKilled, walDiskFull } from './a04-disk-full';
import { overload } from './a05-overload';
import { sigterm } from './a06-sigterm';
import { slowClients } from './a07-slow-clients';
import { redisLost } from './a08-redis';
import { clocks } from './a10-clocks';
import { crash } from './a11-crash';
import { contexts } from './a12-contexts';
import { hostileInput } from './i-input';
import { longestInput } from './i-longest';
import { idsComeBack } from './i09-ids';
import { cpu, cpuControl } from './n01-cpu';
import { reads, readsControl } from './n02-reads';
import { memory, memoryControl } from './n03-memory';
import { refusals, refusalsControl } from './n04-refusals';
import { batches, batchesControl } from './n05-batches';
import { manyReplaysKilled, replays, replaysControl } from './n06-replays';
import { documentControl, strangers, strangersControl } from './n07-keyless';
import { names, namesControl } from './n08-names';
import { connections, connectionsControl } from './n10-connections';
import { eviction, evictionControl } from './n11-eviction';
import { answersEarly, appKilled } from './r01-app-killed';
import { asynchronousCommit, databaseKilled } from './r02-database-killed';
import { answerLost } from './r03-answer-lost';
import { powerCut, withoutFsync } from './r04-power-cut';
import { notDurable } from './r05-not-durable';
import { duplicateStorm } from './r06-duplicate-storm';
import { poison } from './r10-poison';
import { clientGone } from './r16-client-gone';
import { rollingRestart } from './r17-rolling-restart';
import { backup } from './r18-backup';
import { replaysKilled } from './r19-replays-killed';
import { bruteForce } from './s01-brute-force';
import { equalTiming } from './s02-equal-timing';
import { canaries } from './s03-canaries';
import { forwardedFor } from './s06-forwarded-for';
import { logInjection } from './s11-log-injection';
import { greedyKey } from './s15-greedy-key';

/** In the order of the list of faults. */
export const SCENARIOS: readonly Scenario[] = [
  appKilled,
  answersEarly,
  databaseKilled,
  asynchronousCommit,
  answerLost,
  powerCut,
  withoutFsync,
  notDurable,
  duplicateStorm,
  poison,
  clientGone,
  rollingRestart,
  backup,
  replaysKilled,
  noConnection,
  databaseStalls,
  tableLocked,
  connectionsDropped,
  dataDiskFull,
  diskFullAndKilled,
  walDiskFull,
  overload,
  sigterm,
  slowClients,
  redisLost,
  clocks,
  crash,
  contexts,
  hostileInput,
  longestInput,
  idsComeBack,
  cpu,
  cpuControl,
  reads,
  readsControl,
  memory,
  memoryControl,
  refusals,
  refusalsControl,
  batches,
  batchesControl,
  replays,
  replaysControl,
  manyReplaysKilled,
  strangers,
  strangersControl,
  documentControl,
  names,
  namesControl,
  connections,
  connectionsControl,
  eviction,
  evictionControl,
  bruteForce,
  equalTiming,
  canaries,
  forwardedFor,
  logInjection,
  greedyKey,
];
