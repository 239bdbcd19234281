import type { Bench, Subject } from '../measurement';
import type { Exchange } from '../requests';

export const CONNECTIONS = 64;

/** The names under which the report has the servers. */
export const SERVICE = 'this service';
export const BASELINE = 'baseline';

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
    { name: 'limit', server: servers.limit },
  ].map((each) => ({ ...each, exchange, load, prepare }));
}
