import type { Bench, Measurement, Subject } from '../measurement';
import type { Exchange } from '../requests';
import { type Column, ratioColumn } from '../table';

export const CONNECTIONS = 64;

/** The names under which the report has the servers. */
export const SERVICE = 'this service';
const BASELINE = 'baseline';
const LIMIT = 'limit';

/** All three servers, doing the same. */
export function allServers(
  { servers, database }: Bench,
  exchange: Exchange,
  load: Subject['load'],
  prepare = () => database.empty(),
): Subject[] {
  return [
    { name: SERVICE, server: servers.service },
    { name: BASELINE, server: servers.baseline },
    { name: LIMIT, server: servers.limit },
  ].map((each) => ({ ...each, exchange, load, prepare }));
}

type Value = (measurement: Measurement) => number;
type Measured = ReadonlyMap<string, Measurement[]>;

export const toBaseline = (
  name: string,
  measured: Measured,
  value: Value,
): Column => ratioColumn(`${name} to baseline`, measured.get(BASELINE)!, value);

export const toLimit = (
  name: string,
  measured: Measured,
  value: Value,
): Column => ratioColumn(`${name} to limit`, measured.get(LIMIT)!, value);

export const rate: Value = ({ requestsPerSecond }) => requestsPerSecond;
export const p50: Value = ({ latency }) => latency.p50;
export const p99: Value = ({ latency }) => latency.p99;
